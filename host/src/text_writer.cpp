#include <batchgrad/text_writer.hpp>

#include "data/output_file.hpp"

namespace batchgrad {

struct TextWriter::State {
  explicit State(const std::string& path) : file(path) {}
  detail::OutputFile file;
};

TextWriter::TextWriter(const std::string& path) : state_(std::make_unique<State>(path)) {}
TextWriter::~TextWriter() = default;
TextWriter::TextWriter(TextWriter&&) noexcept = default;
TextWriter& TextWriter::operator=(TextWriter&&) noexcept = default;

void TextWriter::write(std::string_view text) { state_->file.write(text); }
void TextWriter::commit() { state_->file.commit(); }

void write_text(const std::string& path, std::string_view text) {
  TextWriter writer(path);
  writer.write(text);
  writer.commit();
}

}  // namespace batchgrad
