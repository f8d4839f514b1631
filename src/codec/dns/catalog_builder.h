// Makes a catalog of zones: follows aliases, refers below cuts, denies what is not there, and
// writes it all as answers.
#pragma once

#include <map>
#include <vector>

#include "codec/dns/answer_writer.h"
#include "codec/dns/catalog.h"

namespace holdfast::codec::dns {

class CatalogBuilder {
 public:
  explicit CatalogBuilder(Catalog& catalog) : catalog_(catalog) {}

  void add(const Zone& zone);

 private:
  /// Where a name's aliases lead.
  struct Chain {
    std::vector<std::pair<model::DnsName, RecordSet>> aliases;
    model::DnsName end;
    Found found;
  };

  void add_name(const model::DnsName& name, const ZoneName& at);
  void fill(Node& node, const model::DnsName& name, const ZoneName& at);
  void fill_alias(Node& node, const model::DnsName& name, const ZoneName& at);
  void fill_cut(Node& node, const model::DnsName& name);
  void add_entry(Node& node, std::uint16_t type, std::uint32_t at, bool decided);
  void add_views(Node& node, const ViewPlan& plan);
  [[nodiscard]] Chain follow(const model::DnsName& name, const ZoneName& at) const;
  [[nodiscard]] Answer chain_answer(const model::DnsName& base,
                                    const Chain& chain,
                                    const RecordSet* end) const;
  std::uint32_t put(const Answer& answer) { return put_answer(answer, catalog_.store_); }
  std::uint32_t referral(const model::DnsName& cut);
  void add_referral(AnswerWriter& writer, const model::DnsName& cut) const;
  std::uint32_t denial(Rcode rcode);

  Catalog& catalog_;
  const Zone* zone_ = nullptr;
  std::uint32_t no_data_ = kNoAnswer;
  std::uint32_t no_name_ = kNoAnswer;
  std::uint32_t hinfo_ = kNoAnswer;
  std::map<model::DnsName, std::uint32_t> nodes_;  ///< of the zone
};

}  // namespace holdfast::codec::dns
