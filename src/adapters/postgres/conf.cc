#include "adapters/postgres/conf.h"

#include "adapters/postgres/names.h"

namespace holdfast::postgres {
namespace {

/// For postgresql.conf.
std::string quoted(const std::string& value) {
  std::string text = "'";
  for (const char c : value) {
    if (c == '\'' || c == '\\') text += c;
    text += c;
  }
  return text + "'";
}

/// For a connection string.
std::string conn_value(const std::string& value) {
  std::string text = "'";
  for (const char c : value) {
    if (c == '\'' || c == '\\') text += '\\';
    text += c;
  }
  return text + "'";
}

// A dead peer is given up in two seconds at every stage: connecting, sending, hearing nothing.
constexpr const char* kPatience =
    " connect_timeout=2 keepalives_idle=1 keepalives_interval=1 keepalives_count=2"
    " tcp_user_timeout=2000 sslmode=disable gssencmode=disable target_session_attrs=any";

std::string conninfo(const PeerAddress& peer,
                     const std::string& passfile,
                     const std::string& role,
                     const std::string& application) {
  return "host=" + conn_value(peer.host) + " port=" + std::to_string(peer.port) + " user=" + role +
         " passfile=" + conn_value(passfile) + " application_name=" + conn_value(application) +
         kPatience;
}

constexpr const char* kFixed = R"(
# Replication: everything that failing over relies on.
wal_level = logical
hot_standby = on
max_wal_senders = 24
max_replication_slots = 24
wal_keep_size = 256MB
max_slot_wal_keep_size = 2GB
wal_sender_timeout = 2s
wal_receiver_timeout = 2s
wal_receiver_status_interval = 1s
hot_standby_feedback = on
max_standby_streaming_delay = 2s
max_standby_archive_delay = 2s
recovery_target_timeline = latest
synchronous_commit = on
tcp_keepalives_idle = 1
tcp_keepalives_interval = 1
tcp_keepalives_count = 2
tcp_user_timeout = 2000

# Durability, and what rewinding needs.
fsync = on
full_page_writes = on
wal_log_hints = on
# A crashed server is looked at by its agent before it runs again.
restart_after_crash = off
recovery_init_sync_method = syncfs
wal_writer_delay = 10ms
checkpoint_timeout = 2min

password_encryption = scram-sha-256
authentication_timeout = 5s
superuser_reserved_connections = 10
max_connections = 300
ssl = off
update_process_title = on
# Titles of processes are read: nothing may stand in front of them.
cluster_name = ''
logging_collector = off
log_destination = stderr
log_min_messages = warning
log_line_prefix = '%m [%p] %q%u@%d '
log_timezone = UTC
lc_messages = C
)";

}  // namespace

std::string server_conf(const InstanceConfig& config, const Layout& layout) {
  const auto self = static_cast<std::size_t>(config.self);
  return "# Written by holdfast at every start. What you add belongs into a *.conf file in "
         "local/.\n"
         "shared_buffers = 64MB\n"
         "include_dir = " +
         quoted(layout.local_conf()) +
         "\n"
         "hba_file = " +
         quoted(layout.hba()) + "\nident_file = " + quoted(layout.ident()) +
         "\nlisten_addresses = '*'\nport = " + std::to_string(config.peers[self].port) +
         "\nunix_socket_directories = " + quoted(layout.sockets) + "\n" + kFixed +
         "include = " + quoted(layout.changing_conf()) + "\n";
}

std::string changing_conf(const InstanceConfig& config,
                          const Layout& layout,
                          const Settings& settings,
                          std::uint32_t life) {
  const core::Incarnation self{static_cast<std::uint8_t>(config.self), life};
  const bool follows = settings.source.is_set() && settings.source.member < config.peers.size();
  std::string source;
  if (follows) {
    source = source_conninfo(config.peers[settings.source.member],
                             layout,
                             settings.source_epoch,
                             incarnation_name(self));
  }
  // Without a source a retry is a look at local files; with one it is a process and a connection,
  // and the peer watch asks for it when the leader accepts.
  return "# Written by holdfast at every change.\n"
         "synchronous_standby_names = " +
         quoted(spell_sync(settings.pair)) + "\nprimary_conninfo = " + quoted(source) +
         "\nprimary_slot_name = " + quoted(follows ? incarnation_name(self) : "") +
         "\nrestore_command = ''\nwal_retrieve_retry_interval = " + (follows ? "500ms" : "10ms") +
         "\nholdfast.version = '" + std::to_string(settings.version) + "'\n";
}

std::string hba_conf(const Settings& settings) {
  std::string text =
      "# Written by holdfast at every change.\n"
      "local all postgres peer map=holdfast\n"
      "local replication postgres peer map=holdfast\n";
  if (settings.primary && settings.leads.is_set()) {
    const std::string role = replication_role(settings.leads);
    text += "host replication,postgres " + role + " all scram-sha-256\n";
    text += std::string("host replication,postgres ") + kCopyRole + " all scram-sha-256\n";
  }
  if (settings.primary && settings.open) {
    text += std::string("host all +") + kClientGroup + " all scram-sha-256\n";
  }
  return text;
}

std::string ident_conf(const InstanceConfig& config) {
  std::string text = "# Written by holdfast.\nholdfast root postgres\n";
  if (config.user != "root") text += "holdfast " + config.user + " postgres\n";
  return text;
}

std::string pass_line(const std::string& role, const std::string& password) {
  return "*:*:*:" + role + ":" + password + "\n";
}

std::string copy_conninfo(const PeerAddress& peer,
                          const Layout& layout,
                          const std::string& application) {
  return conninfo(peer, layout.copy_passfile(), kCopyRole, application);
}

std::string source_conninfo(const PeerAddress& peer,
                            const Layout& layout,
                            Epoch epoch,
                            const std::string& application) {
  return conninfo(peer, layout.passfile(), replication_role(epoch), application);
}

}  // namespace holdfast::postgres
