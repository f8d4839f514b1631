// A path retold for people.

#include <array>
#include <cstdio>

#include "sim/explore/explore.h"
#include "sim/explore/judge.h"
#include "sim/explore/pg.h"
#include "sim/explore/units.h"

namespace holdfast::sim::explore {
namespace {

std::string party(int it) {
  if (it < kMembers) return "member " + std::to_string(it);
  if (it < kStoreParty) return "controller " + std::to_string(it - kMembers);
  return "the store";
}

std::string name(Who who) {
  if (who == 0) return "-";
  const core::Incarnation it = to_incarnation(who);
  return std::to_string(it.member) + "." + std::to_string(it.life);
}

const char* loss_name(Byte loss) {
  switch (static_cast<Loss>(loss)) {
    case Loss::kUnsynced: return "what was being written is lost";
    case Loss::kNothing: return "what was being written is on disk";
    case Loss::kCommand: return "and its command with it";
    case Loss::kLastRecord: return "and the last confirmed WAL record is lost";
  }
  return "";
}

std::string wal_text(const WalCell& wal) {
  std::string text = "[";
  std::size_t fork = 1;
  for (std::size_t i = 0; i < wal.size; ++i) {
    while (fork < wal.forks && wal.fork[fork].start <= i + 1) {
      text += "|" + std::to_string(wal.fork[fork].timeline) + ":";
      ++fork;
    }
    const Byte entry = wal.entry[i];
    if (is_commit(entry)) {
      text += std::to_string(entry);
    } else {
      text += entry >= kBarrierEntry ? "b" : entry >= kOtherEntry ? "." : "r";
    }
  }
  return text + "]";
}

std::string pair_text(const core::Pair& pair) {
  std::string text = std::to_string(pair.id.value) + "(E" + std::to_string(pair.epoch.value) +
                     " by " + name(to_who(pair.primary)) + ": " + std::to_string(pair.w) + " of";
  for (const core::Incarnation& it : pair.s) text += " " + name(to_who(it));
  return text + ")";
}

std::string record_text(const core::Record& record) {
  std::string text = std::string(core::phase_name(record.phase)) + " E" +
                     std::to_string(record.key.epoch.value) + " r" +
                     std::to_string(record.key.revision.value) + " primary " +
                     name(to_who(record.primary)) + " target " + name(to_who(record.target)) +
                     " timeline " + std::to_string(record.timeline().value) + " pairs";
  for (const core::Pair& pair : record.pairs) text += " " + pair_text(pair);
  return text;
}

class Teller : public Listener {
 public:
  void said(const std::string& who, const core::Event& event) override {
    lines_ += "        " + who + " " + event.rule->id + ": " + event.rule->sentence + "\n";
  }
  std::string take() {
    std::string out;
    out.swap(lines_);
    return out;
  }

 private:
  std::string lines_;
};

}  // namespace

std::string sentence(const Event& event) {
  const std::string a = std::to_string(event.a);
  const std::string b = std::to_string(event.b);
  switch (event.kind) {
    case EventKind::kPersist: return "member " + a + ": what its agent wrote is on disk";
    case EventKind::kStep: return "member " + a + ": PostgreSQL carries a command further";
    case EventKind::kLook: return "member " + a + ": its agent looks at PostgreSQL";
    case EventKind::kStartAgent: return "member " + a + ": its agent starts";
    case EventKind::kReplay: return "member " + a + ": replay reaches the end of its WAL";
    case EventKind::kConnect: return "member " + a + ": its receiver connects, or is refused";
    case EventKind::kConnectStale:
      return "member " + a + ": a receiver starts from a former setting";
    case EventKind::kCopy: return "member " + a + " receives WAL";
    case EventKind::kHearReply: return "member " + a + " hears what member " + b + " has flushed";
    case EventKind::kCloseSender:
      return "member " + a + " sees its connection to member " + b + " closed";
    case EventKind::kReloadFlag: return "member " + a + ": the checkpointer reads the sync set";
    case EventKind::kReloadSender:
      return "member " + a + ": the sender to member " + b + " reads the sync set";
    case EventKind::kEndOldSenders:
      return "member " + a + ": senders with an old sync set are ended";
    case EventKind::kApply: return "controller " + a + ": its request reaches the store";
    case EventKind::kAnswer: return "controller " + a + ": the store's answer arrives";
    case EventKind::kLateApply:
      return "controller " + a + ": a request it had given up reaches the store";
    case EventKind::kLearn: return "controller " + a + " reads the store";
    case EventKind::kPush: return "controller " + a + " shows its record to member " + b;
    case EventKind::kHear: return "controller " + a + " hears member " + b;
    case EventKind::kProof: return "controller " + a + " proves the store's epoch to member " + b;
    case EventKind::kCommit: return "THE CLIENT writes at member " + a;
    case EventKind::kTime: return "--- the detection time passes";
    case EventKind::kHeal: return "*** the network heals";
    case EventKind::kBoot: return "*** the host of member " + a + " comes back";
    case EventKind::kCrashPostgres: return "*** PostgreSQL of member " + a + " crashes";
    case EventKind::kCrashAgent:
      return "*** the agent of member " + a + " crashes; " + loss_name(event.b);
    case EventKind::kCrashHost:
      return "*** the host of member " + a + " loses power; " + loss_name(event.b);
    case EventKind::kCut:
      return "*** " + party(event.a) + " and " + party(event.b) + " are cut from each other";
    case EventKind::kCutOneWay: return "*** member " + a + " cannot send to member " + b;
    case EventKind::kIsolate: return "*** member " + a + " is cut off from everyone";
    case EventKind::kOldRecord:
      return std::string("*** ") +
             (event.b == 0 ? "the record before the last one" : "a record of an older epoch") +
             " arrives late at member " + a;
    case EventKind::kLoseAnswer: return "*** the store's answer to controller " + a + " is lost";
    case EventKind::kDelayRequest: return "*** the request of controller " + a + " is delayed";
    case EventKind::kRestartController: return "*** controller " + a + " restarts";
    case EventKind::kSwitchover: return "*** an operator asks for a switchover to member " + a;
    case EventKind::kCount: break;
  }
  return "?";
}

std::string describe(const World& world, const Tables& tables) {
  std::string text = "        store: " + record_text(*tables.record(world.store)) + "\n";
  for (std::size_t m = 0; m < kMembers; ++m) {
    const PgCell& pg = world.member[m].pg;
    const AgentCell& agent = world.member[m].agent;
    text += "        " + name(pg.self) + ": " +
            core::pg_state_name(static_cast<core::PgState>(pg.state));
    if (pg.open != 0) text += " OPEN";
    if (pg.leads != 0) text += " leads E" + std::to_string(pg.leads);
    if (pg.source != 0) text += " from " + name(pg.source) + " E" + std::to_string(pg.source_epoch);
    if (pg.receiver_peer != 0) text += " streams";
    text += " wal " + wal_text(pg.wal);
    if (is_primary(pg)) {
      text += " set " + std::to_string(pg.file.id) + " flag " + std::to_string(pg.flag.id) +
              " proven " + std::to_string(pg.proven);
    }
    const core::RecordPtr& known = tables.record(agent.known);
    text += " knows r" + std::to_string(known == nullptr ? 0 : known->key.revision.value) +
            " sealed E" + std::to_string(agent.stored_sealed);
    if (agent.command != 0) {
      text += std::string(" busy: ") + core::pg_verb_name(tables.command(agent.command).verb);
    }
    if (agent.alive == 0) text += " agent down";
    if ((world.host_down >> m & 1U) != 0) text += " HOST DOWN";
    text += "\n";
  }
  std::array<char, 64> acked{};
  std::snprintf(acked.data(), acked.size(), "        acknowledged:");
  text += acked.data();
  for (int id = 1; id <= kCommitsMax; ++id) {
    if ((world.acked >> (id - 1) & 1) != 0) text += " " + std::to_string(id);
  }
  return text + "\n";
}

std::string tell_path(const ExploreOptions& options, const ExploreResult& result) {
  Stage stage(small_policy(options.power_loss_protection), options.slow_recovery ? 300ms : 100ms);
  World world = warm_world(stage, options);
  Teller teller;
  stage.listen(&teller);
  std::string text = "  0 everybody runs and follows; one write is acknowledged\n" +
                     describe(world, stage.tables());
  Held held;
  int number = 0;
  for (const PathStep& step : result.path) {
    ++number;
    text += (number < 10 ? "  " : number < 100 ? " " : "") + std::to_string(number) + " ";
    if (step.move == Move::kHold) {
      hold(held, step.event);
      text += "(held back: " + sentence(step.event) + ")\n";
      continue;
    }
    if (step.move == Move::kRelease) {
      held = Held{};
      text += "(what was held back goes on)\n";
      continue;
    }
    const std::uint32_t store = world.store;
    const bool ends = step.event.kind >= EventKind::kTime;
    const Byte acked = world.acked;
    if (step.event.kind == EventKind::kTime && world.quanta_left == 0) world.quanta_left = 1;
    if (world.commits_left == 0) world.commits_left = 1;
    apply(world, stage, step.event, held);
    text += sentence(step.event) + "\n" + teller.take();
    if (world.store != store)
      text += "        store: " + record_text(*stage.tables().record(world.store)) + "\n";
    if (world.acked != acked) text += "        the client is told: acknowledged\n";
    if (ends) text += describe(world, stage.tables());
  }
  text += "  end\n" + describe(world, stage.tables());
  return text + "  " + violation_name(result.violation) + "\n";
}

}  // namespace holdfast::sim::explore
