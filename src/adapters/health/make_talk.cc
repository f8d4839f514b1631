// The talk for each kind of check.
#include "adapters/health/command_talk.h"
#include "adapters/health/datagram_talk.h"
#include "adapters/health/postgres_talk.h"
#include "adapters/health/stream_talk.h"
#include "model/check_words.h"

namespace holdfast::health {
namespace {

using model::CheckKind;

Result<std::unique_ptr<Talk>> stream(const model::Check& check,
                                     const model::SocketAddress& target) {
  std::shared_ptr<TlsTrust> trust;
  if (model::speaks_tls(check.kind)) {
    Result<std::shared_ptr<TlsTrust>> loaded = load_trust(check.authority, check.verify);
    if (!loaded) return tl::unexpected<Error>(loaded.error());
    trust = std::move(*loaded);
  }
  return std::make_unique<StreamTalk>(check, target, std::move(trust));
}

}  // namespace

Result<std::unique_ptr<Talk>> make_talk(const model::Check& check) {
  if (check.kind == CheckKind::kCommand) return std::make_unique<CommandTalk>(check);
  const auto target = model::parse_target(check.target);
  if (!target) return fail(Errc::kInvalidInput, check.target + " is no address and port");
  switch (check.kind) {
    case CheckKind::kTcp:
    case CheckKind::kTls:
    case CheckKind::kHttp:
    case CheckKind::kHttps:
    case CheckKind::kHl7: return stream(check, *target);
    case CheckKind::kPostgres: return std::make_unique<PostgresTalk>(check);
    case CheckKind::kDns: {
      auto question = model::parse_question(check.query);
      if (!question) return fail(Errc::kInvalidInput, check.query + " is no question");
      return std::make_unique<DatagramTalk>(check, *target, std::move(*question));
    }
    case CheckKind::kCommand:
    case CheckKind::kControl:
    case CheckKind::kCalculated: break;
  }
  return fail(Errc::kInvalidInput, "a check of this kind is not probed");
}

}  // namespace holdfast::health
