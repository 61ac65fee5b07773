// NVRTC for the layer: compiles with the host compiler, for the layer, what the library hands to
// NVRTC, with the very headers it hands over. BATCHGRAD_NVRTC names this library in tests.
//   SIMT_NVRTC_FLAGS   further options of the compiler
//   SIMT_NVRTC_LOG     a file that gets a line for every program that is compiled

#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include "layer/runtime_kernel.hpp"
#include "run_process.hpp"
#include "temporary_directory.hpp"

namespace simt::nvrtc {
namespace {

using batchgrad::test::TemporaryDirectory;

enum Result { success = 0, invalid_input = 3, compilation = 6 };

struct Program {
  std::string source;
  std::vector<std::string> header_names;
  std::vector<std::string> header_texts;
  std::string log;
  std::string image;
};

std::vector<std::string> words(const char* text) {
  std::istringstream stream(text != nullptr ? text : "");
  std::vector<std::string> result;
  for (std::string word; stream >> word;) result.push_back(word);
  return result;
}

/// The names of the kernels: those in front of the parameters of extern "C" __global__ functions.
std::vector<std::string> kernel_names(const std::string& source) {
  const std::string start = "extern \"C\" __global__ void";
  std::vector<std::string> names;
  for (std::size_t at = source.find(start); at != std::string::npos; at = source.find(start, at)) {
    at += start.size();
    const std::string bounds = "__launch_bounds__(";
    if (source.find_first_not_of(" \n", at) == source.find(bounds, at))
      at = source.find(')', at) + 1;
    const std::size_t first = source.find_first_not_of(" \n", at);
    names.push_back(source.substr(first, source.find('(', first) - first));
  }
  return names;
}

void write_file(const std::filesystem::path& path, const std::string& text) {
  std::filesystem::create_directories(path.parent_path());
  std::ofstream(path, std::ios::binary) << text;
}

Result compile(Program& program, const std::vector<std::string>& options) {
  if (const char* log = std::getenv("SIMT_NVRTC_LOG")) std::ofstream(log, std::ios::app) << "one\n";
  const TemporaryDirectory directory;
  const std::string include = directory / "include";
  for (std::size_t i = 0; i < program.header_names.size(); ++i)
    write_file(include + "/" + program.header_names[i], program.header_texts[i]);
  std::string source = program.source + "#include \"layer/runtime_kernel.hpp\"\n";
  for (const std::string& name : kernel_names(program.source))
    source += "extern \"C\" const simt::RuntimeKernel " + std::string(runtime_kernel_prefix) +
              name + " = [] { using namespace batchgrad; return simt::runtime_kernel(" + name +
              "); }();\n";
  const std::string input = directory.write("program.cpp", source);
  const std::string object_file = directory / "program.o";
  std::vector<std::string> command = words(SIMT_COMPILER " -c " SIMT_COMPILE_OPTIONS);
  for (const std::string& flag : words(std::getenv("SIMT_NVRTC_FLAGS"))) command.push_back(flag);
  for (const std::string& option : options)
    if (option == "--fmad=false") command.emplace_back("-ffp-contract=off");
  for (const std::string& word :
       {std::string("-I"), include, input, std::string("-o"), object_file})
    command.push_back(word);
  const auto compiled = batchgrad::test::run_process(command);
  program.log = compiled.errors;
  if (compiled.exit_code != 0) return compilation;
  // Without the sanitizers' libraries: the program that loads it has them, or stands in for them.
  const auto linked = batchgrad::test::run_process(
      {SIMT_COMPILER, "-shared", object_file, "-o", directory / "program.so"});
  program.log += linked.errors;
  if (linked.exit_code != 0) return compilation;
  const std::string object = directory.read("program.so");
  LibraryHeader header;
  header.size = object.size();
  program.image.assign(reinterpret_cast<const char*>(&header), sizeof header);
  program.image += object;
  return success;
}

void copy(const std::string& text, char* to) { std::memcpy(to, text.data(), text.size()); }

}  // namespace
}  // namespace simt::nvrtc

using simt::nvrtc::Program;

extern "C" {

int nvrtcVersion(int* major, int* minor) {
  *major = 13;
  *minor = 0;
  return simt::nvrtc::success;
}
int nvrtcGetNumSupportedArchs(int* count) {
  *count = 2;
  return simt::nvrtc::success;
}
int nvrtcGetSupportedArchs(int* architectures) {
  architectures[0] = 80;
  architectures[1] = 90;
  return simt::nvrtc::success;
}
const char* nvrtcGetErrorString(int result) {
  return result == simt::nvrtc::compilation ? "NVRTC_ERROR_COMPILATION" : "NVRTC error";
}

int nvrtcCreateProgram(Program** program, const char* source, const char*, int headers,
                       const char* const* texts, const char* const* names) {
  auto created = std::make_unique<Program>();
  created->source = source;
  created->header_names.assign(names, names + headers);
  created->header_texts.assign(texts, texts + headers);
  *program = created.release();
  return simt::nvrtc::success;
}
int nvrtcDestroyProgram(Program** program) {
  delete *program;
  *program = nullptr;
  return simt::nvrtc::success;
}
int nvrtcCompileProgram(Program* program, int count, const char* const* options) {
  return simt::nvrtc::compile(*program, {options, options + count});
}
int nvrtcGetProgramLogSize(Program* program, std::size_t* size) {
  *size = program->log.size();
  return simt::nvrtc::success;
}
int nvrtcGetProgramLog(Program* program, char* log) {
  simt::nvrtc::copy(program->log, log);
  return simt::nvrtc::success;
}
int nvrtcGetCUBINSize(Program* program, std::size_t* size) {
  *size = program->image.size();
  return program->image.empty() ? simt::nvrtc::invalid_input : simt::nvrtc::success;
}
int nvrtcGetCUBIN(Program* program, char* image) {
  simt::nvrtc::copy(program->image, image);
  return simt::nvrtc::success;
}
int nvrtcGetPTXSize(Program*, std::size_t*) { return simt::nvrtc::invalid_input; }
int nvrtcGetPTX(Program*, char*) { return simt::nvrtc::invalid_input; }

}  // extern "C"
