#include "adapters/etcd/members.h"

#include <algorithm>
#include <set>
#include <utility>

#include "adapters/etcd/gateway.h"
#include "base/assert.h"

namespace holdfast::etcd {
namespace {

constexpr Duration kProbeEvery = 500ms;
constexpr Duration kProbeLimit = 1s;
constexpr Duration kPause = 20ms;  ///< before a request that failed at once is sent again
constexpr const char* kRangePath = "/v3/kv/range";
constexpr const char* kProbed = "/holdfast/v1/probe/";  ///< nothing is there; to ask is enough

}  // namespace

struct Members::Impl : std::enable_shared_from_this<Members::Impl> {
  struct Member {
    std::unique_ptr<HttpClient> client;
    bool doubted = false;
    bool probed = false;  ///< a probe is under way
  };

  /// One call on its way, possibly to two members at once. Owned by `attempts` until it is over.
  struct Attempt : std::enable_shared_from_this<Attempt> {
    Attempt(Impl& the_owner, Call the_call)
        : owner(the_owner), call(std::move(the_call)), timer(the_owner.loop, [this] { due(); }) {}

    Impl& owner;
    Call call;
    MonoTime deadline;
    std::function<void(Result<std::string>)> done;
    net::Timer timer;
    std::size_t last = 0;  ///< the member asked last
    int under_way = 0;
    bool maybe = false;    ///< some member may have obeyed
    bool pausing = false;  ///< nothing is under way; the next try is due
    std::string problem = "no answer in time";

    void finish(Result<std::string> result) {
      const auto keep = shared_from_this();
      const auto tell = std::exchange(done, nullptr);
      timer.cancel();
      owner.attempts.erase(keep);
      // Whoever is told may destroy everything: nothing is touched after that.
      tell(std::move(result));
    }

    void give_up() {
      const Errc code = maybe || under_way > 0 ? Errc::kMaybeApplied : Errc::kUnavailable;
      finish(fail(code, "the store did not answer: " + problem));
    }

    void ask() {
      const MonoTime now = owner.loop.now();
      if (now >= deadline) return give_up();
      pausing = false;
      last = owner.preferred();
      ++under_way;
      timer.set(std::min(deadline, now + owner.hedge));
      owner.members[last].client->post(call.path,
                                       call.body,
                                       deadline - now,
                                       [weak = weak_from_this(), member = last](HttpAnswer answer) {
                                         const auto attempt = weak.lock();
                                         if (attempt != nullptr)
                                           attempt->answered(member, std::move(answer));
                                       });
    }

    void due() {
      const MonoTime now = owner.loop.now();
      if (now >= deadline) {
        if (under_way > 0) owner.doubt(last);
        return give_up();
      }
      if (pausing) return ask();
      owner.doubt(last);
      if (call.repeatable && owner.preferred() != last) return ask();
      timer.set(call.repeatable ? std::min(deadline, now + owner.hedge) : deadline);
    }

    void answered(std::size_t member, HttpAnswer answer) {
      --under_way;
      if (!done) return;
      using Fate = HttpAnswer::Fate;
      if (answer.fate == Fate::kAnswered && answer.status == 200) {
        return finish(std::move(answer.body));
      }
      problem = answer.fate == Fate::kAnswered
                    ? owner.members[member].client->endpoint().host + " says " +
                          std::to_string(answer.status) + ' ' + answer.body.substr(0, 200)
                    : answer.problem;
      if (answer.fate != Fate::kAnswered) owner.doubt(member);
      // A refusal for what was asked is the same everywhere.
      if (answer.status >= 400 && answer.status < 500) {
        return finish(fail(Errc::kInternal, "the store refuses: " + problem));
      }
      if (answer.fate != Fate::kNotSent && !call.repeatable) {
        maybe = true;
        return give_up();
      }
      if (under_way > 0) return;
      const MonoTime now = owner.loop.now();
      // Another member may answer at once; the same one needs time.
      if (owner.preferred() != member && !owner.members[owner.preferred()].doubted) return ask();
      pausing = true;
      timer.set(std::min(deadline, now + kPause));
    }
  };

  Impl(net::Loop& the_loop, Duration the_hedge)
      : loop(the_loop), hedge(the_hedge), timer(the_loop, [this] { probe(); }) {}

  [[nodiscard]] std::size_t preferred() const {
    for (std::size_t i = 0; i < members.size(); ++i) {
      if (!members[i].doubted) return i;
    }
    return turn % members.size();
  }

  void doubt(std::size_t member) {
    ++turn;  // when all are doubted, they take turns
    if (members[member].doubted) return;
    members[member].doubted = true;
    timer.set(loop.now() + kProbeEvery);
  }

  void probe() {
    bool again = false;
    for (std::size_t i = 0; i < members.size(); ++i) {
      Member& it = members[i];
      if (!it.doubted) continue;
      again = true;
      if (std::exchange(it.probed, true)) continue;
      it.client->post(kRangePath,
                      range_request(kProbed),
                      kProbeLimit,
                      [weak = weak_from_this(), i](const HttpAnswer& answer) {
                        const auto self = weak.lock();
                        if (self == nullptr) return;
                        self->members[i].probed = false;
                        if (answer.status == 200) self->members[i].doubted = false;
                      });
    }
    if (again) timer.set(loop.now() + kProbeEvery);
  }

  net::Loop& loop;
  Duration hedge;
  std::vector<Member> members;
  std::set<std::shared_ptr<Attempt>> attempts;
  std::size_t turn = 0;
  net::Timer timer;
};

Members::Members(net::Loop& loop,
                 const std::vector<Endpoint>& endpoints,
                 std::shared_ptr<TlsSettings> tls,
                 Duration hedge)
    : impl_(std::make_shared<Impl>(loop, hedge)) {
  HF_ASSERT(!endpoints.empty());
  for (const Endpoint& it : endpoints) {
    impl_->members.push_back({std::make_unique<HttpClient>(loop, it, tls), false, false});
  }
}

Members::~Members() = default;

void Members::call(Call call, MonoTime deadline, std::function<void(Result<std::string>)> done) {
  const auto attempt = std::make_shared<Impl::Attempt>(*impl_, std::move(call));
  attempt->deadline = deadline;
  attempt->done = std::move(done);
  impl_->attempts.insert(attempt);
  // From the loop, so that nothing is answered from inside this call.
  impl_->loop.post([weak = std::weak_ptr(attempt)] {
    if (const auto it = weak.lock()) it->ask();
  });
}

std::size_t Members::preferred() const { return impl_->preferred(); }
bool Members::doubted(std::size_t member) const { return impl_->members[member].doubted; }
void Members::doubt(std::size_t member) { impl_->doubt(member); }
const Endpoint& Members::endpoint(std::size_t member) const {
  return impl_->members[member].client->endpoint();
}

}  // namespace holdfast::etcd
