#include "adapters/yaml/yaml_tree.h"

#include <yaml.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <map>
#include <memory>
#include <utility>

namespace holdfast::yaml {
namespace {

using codec::Diagnostic;
using codec::Entry;
using codec::Node;
using codec::Place;
using codec::Tree;

constexpr std::string_view kWhyPlain = "a site file says what it means where it stands";

Place place_of(const yaml_mark_t& mark) {
  return {static_cast<int>(mark.line) + 1, static_cast<int>(mark.column) + 1};
}

std::string text_of(const yaml_char_t* text) {
  return text == nullptr ? std::string() : std::string(reinterpret_cast<const char*>(text));
}

/// libyaml reports bytes it cannot decode by offset only.
Place place_of_offset(std::string_view text, std::size_t offset) {
  Place place;
  for (std::size_t i = 0; i < offset && i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if (byte == '\n') {
      ++place.line;
      place.column = 1;
    } else if ((byte & 0xc0U) != 0x80U) {
      ++place.column;
    }
  }
  return place;
}

struct CloseFile {
  void operator()(std::FILE* file) const { std::fclose(file); }
};

/// One event, freed when it goes.
class Event {
 public:
  Event() = default;
  Event(const Event&) = delete;
  Event& operator=(const Event&) = delete;
  ~Event() { yaml_event_delete(&event_); }

  yaml_event_t* get() { return &event_; }
  yaml_event_t* operator->() { return &event_; }
  [[nodiscard]] Place place() const { return place_of(event_.start_mark); }

 private:
  yaml_event_t event_{};
};

Node make(Node::Kind kind, const Event& event) {
  Node node;
  node.kind = kind;
  node.place = event.place();
  return node;
}

class Parser {
 public:
  explicit Parser(std::string_view text) : text_(text) {
    usable_ = yaml_parser_initialize(&parser_) != 0;
    if (!usable_) return;
    yaml_parser_set_encoding(&parser_, YAML_UTF8_ENCODING);
    const auto* bytes = reinterpret_cast<const unsigned char*>(text.data());
    yaml_parser_set_input_string(&parser_, bytes, text.size());
  }
  Parser(const Parser&) = delete;
  Parser& operator=(const Parser&) = delete;
  ~Parser() {
    if (usable_) yaml_parser_delete(&parser_);
  }

  void parse(Tree& tree) {
    tree_ = &tree;
    if (!usable_) return report({}, "yaml.memory", "no memory for the parser", "", "");
    Event start;
    if (!next(start)) return;  // the start of the stream carries nothing
    Event document;
    if (!next(document)) return;
    if (document->type == YAML_STREAM_END_EVENT) {
      return report({}, "yaml.empty", "the file is empty", "a site has to be described", "");
    }
    Event root;
    if (!next(root)) return;
    tree.root = node(root, 1);
    tree.complete = !stopped_ && ends_here();
  }

 private:
  bool next(Event& event) {
    if (stopped_) return false;
    if (yaml_parser_parse(&parser_, event.get()) != 0) return true;
    syntax_error();
    stopped_ = true;
    return false;
  }

  void syntax_error() {
    std::string what = text_of(reinterpret_cast<const yaml_char_t*>(parser_.problem));
    if (parser_.error == YAML_READER_ERROR) {
      const Place place = place_of_offset(text_, parser_.problem_offset);
      return report(place, "yaml.encoding", what, "the file is read as UTF-8 text", "");
    }
    if (parser_.context != nullptr) what += std::string(" ") + parser_.context;
    report(place_of(parser_.problem_mark), "yaml.syntax", what, "the file has to be YAML", "");
  }

  bool ends_here() {
    Event end_of_document;
    Event after;
    if (!next(end_of_document) || !next(after)) return false;
    if (after->type == YAML_STREAM_END_EVENT) return true;
    report(after.place(),
           "yaml.documents",
           "a second document begins",
           "one file describes one site",
           "a single document");
    return true;
  }

  Node node(Event& event, int depth) {
    if (++nodes_ > kNodesMax) {
      return stop(event, "yaml.too-many-nodes", "more than 100000 values in one file");
    }
    if (depth > kDepthMax) return stop(event, "yaml.too-deep", "nested deeper than 32 levels");
    switch (event->type) {
      case YAML_SCALAR_EVENT: return scalar(event);
      case YAML_SEQUENCE_START_EVENT: return list(event, depth);
      case YAML_MAPPING_START_EVENT: return map(event, depth);
      case YAML_ALIAS_EVENT: {
        report(event.place(),
               "yaml.alias",
               "alias *" + text_of(event->data.alias.anchor),
               std::string(kWhyPlain),
               "the value itself");
        return make(Node::Kind::kBroken, event);
      }
      case YAML_NO_EVENT:
      case YAML_STREAM_START_EVENT:
      case YAML_STREAM_END_EVENT:
      case YAML_DOCUMENT_START_EVENT:
      case YAML_DOCUMENT_END_EVENT:
      case YAML_SEQUENCE_END_EVENT:
      case YAML_MAPPING_END_EVENT: break;
    }
    return stop(event, "yaml.syntax", "a value is missing here");
  }

  Node stop(Event& event, const char* id, std::string what) {
    report(
        event.place(), id, std::move(what), "limits keep a damaged file from using up memory", "");
    stopped_ = true;
    return make(Node::Kind::kBroken, event);
  }

  /// False when the node carries a tag and so cannot be taken for what it looks like.
  bool is_plain(const Event& event, const yaml_char_t* anchor, const yaml_char_t* tag) {
    if (anchor != nullptr) {
      report(event.place(),
             "yaml.anchor",
             "anchor &" + text_of(anchor),
             std::string(kWhyPlain),
             "the value alone");
    }
    if (tag != nullptr) {
      report(event.place(),
             "yaml.tag",
             "tag " + codec::quote(text_of(tag)),
             std::string(kWhyPlain),
             "the value alone");
    }
    return tag == nullptr;
  }

  Node scalar(Event& event) {
    const auto& data = event->data.scalar;
    Node result = make(Node::Kind::kScalar, event);
    if (!is_plain(event, data.anchor, data.tag)) result.kind = Node::Kind::kBroken;
    result.text.assign(reinterpret_cast<const char*>(data.value), data.length);
    result.quoted = data.style != YAML_PLAIN_SCALAR_STYLE;
    return result;
  }

  Node list(Event& event, int depth) {
    const auto& data = event->data.sequence_start;
    Node result = make(Node::Kind::kList, event);
    const bool plain = is_plain(event, data.anchor, data.tag);
    for (;;) {
      Event item;
      if (!next(item) || item->type == YAML_SEQUENCE_END_EVENT) break;
      result.items.push_back(node(item, depth + 1));
    }
    if (!plain) result.kind = Node::Kind::kBroken;
    return result;
  }

  Node map(Event& event, int depth) {
    const auto& data = event->data.mapping_start;
    Node result = make(Node::Kind::kMap, event);
    const bool plain = is_plain(event, data.anchor, data.tag);
    std::map<std::string, Place> seen;
    for (;;) {
      Event key;
      if (!next(key) || key->type == YAML_MAPPING_END_EVENT) break;
      Node name = node(key, depth + 1);
      Event value;
      if (!next(value)) break;
      add_entry(result, seen, std::move(name), node(value, depth + 1));
    }
    if (!plain) result.kind = Node::Kind::kBroken;
    return result;
  }

  void add_entry(Node& map, std::map<std::string, Place>& seen, Node key, Node value) {
    if (key.kind == Node::Kind::kBroken) return;
    if (key.kind != Node::Kind::kScalar) {
      return report(key.place,
                    "yaml.key",
                    "a list or a map as a key",
                    "keys are the names of fields and things",
                    "a plain word");
    }
    const auto [first, added] = seen.emplace(key.text, key.place);
    if (!added) {
      const Place& at = first->second;
      return report(key.place,
                    "yaml.duplicate-key",
                    codec::quote(key.text) + " stands here a second time, first at " +
                        std::to_string(at.line) + ':' + std::to_string(at.column),
                    "one of the two would be ignored silently",
                    "one of them");
    }
    map.entries.push_back(Entry{std::move(key.text), key.place, std::move(value)});
  }

  void report(Place place, const char* id, std::string what, std::string why, std::string allowed) {
    tree_->diagnostics.push_back(Diagnostic{.place = place,
                                            .id = id,
                                            .what = std::move(what),
                                            .why = std::move(why),
                                            .allowed = std::move(allowed)});
  }

  std::string_view text_;
  yaml_parser_t parser_{};
  bool usable_ = false;
  bool stopped_ = false;
  int nodes_ = 0;
  Tree* tree_ = nullptr;
};

}  // namespace

Tree parse_tree(std::string_view text, std::string file) {
  if (text.data() == nullptr) text = "";  // libyaml asserts on a null pointer, even for no bytes
  Tree tree{.file = std::move(file)};
  if (text.size() > kFileBytesMax) {
    tree.diagnostics.push_back(
        Diagnostic{.id = "yaml.too-large",
                   .what = "the file is larger than 1 MiB",
                   .why = "limits keep a damaged file from using up memory"});
    return tree;
  }
  Parser(text).parse(tree);
  return tree;
}

Result<Tree> read_tree(const std::string& path) {
  const std::unique_ptr<std::FILE, CloseFile> file(std::fopen(path.c_str(), "rb"));
  if (file == nullptr) {
    return fail(Errc::kNotFound, path + ": cannot be opened: " + std::strerror(errno));
  }
  std::string text(kFileBytesMax + 1, '\0');
  text.resize(std::fread(text.data(), 1, text.size(), file.get()));
  if (std::ferror(file.get()) != 0) {
    return fail(Errc::kUnavailable, path + ": cannot be read: " + std::strerror(errno));
  }
  return parse_tree(text, path);
}

}  // namespace holdfast::yaml
