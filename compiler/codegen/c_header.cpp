#include "compiler/codegen/c_header.h"

#include <algorithm>
#include <cstddef>
#include <string_view>

#include "compiler/codegen/c_facts.h"
#include "compiler/codegen/c_writer.h"

namespace spindle {
namespace {

bool has_regions(const CSpelling& c) {
  return !c.program.arenas.front().name.empty();
}

// "`arena` has M_ARENA_BYTES bytes", and so on for each.
std::string arena_sizes(const CSpelling& c) {
  std::string text;
  for (const ArenaId id : c.program.arenas.ids()) {
    put(text, "{}`{}` has {}_BYTES", text.empty() ? "" : ",\n * ", c.arena(id), c.arena_macro(id));
  }
  return text;
}

void put_arena(std::string& out, const CSpelling& c) {
  put(out, "/* Working memory of the model{}. */\n",
      c.streamed() ? "" : "; its contents need not outlive a call");
  put(out, "#define {}_ARENA_BYTES {}u\n", c.upper, c.program.arenas.front().bytes);
  put(out, "#define {}_ARENA_ALIGN 8u\n\n", c.upper);
  put(out,
      "/* {0}_ARENA(arena); defines an arena. SPINDLE_ARENA_ATTR may put it into a section. */\n"
      "#ifndef SPINDLE_ARENA_ATTR\n#define SPINDLE_ARENA_ATTR\n#endif\n"
      "#define {0}_ARENA(name) SPINDLE_ARENA_ATTR static uint64_t "
      "name[{0}_ARENA_BYTES / 8u + 1u]\n\n",
      c.upper);
}

// One arena for each region of the memory map.
void put_arenas(std::string& out, const CSpelling& c) {
  put(out, "/* Working memory of the model, an arena in each memory{}. */\n",
      c.streamed() ? "" : "; its contents need not outlive a call");
  put(out, "#define {}_ARENA_ALIGN 8u\n", c.upper);
  for (const ArenaId id : c.program.arenas.ids()) {
    const Arena& arena = c.program.arenas[id];
    put(out, "#define {}_BYTES {}u\n", c.arena_macro(id), arena.bytes);
  }
  put(out, "\n/* {}({}); defines the first of them. The attributes are those of the memory map,\n",
      c.arena_macro(ArenaId(0)), c.arena(ArenaId(0)));
  out += " * unless you have defined others before. */\n";
  for (const ArenaId id : c.program.arenas.ids()) {
    const Arena& arena = c.program.arenas[id];
    const std::string attribute = fmt::format("SPINDLE_{}_ATTR", upper(c.arena(id)));
    put(out, "#ifndef {0}\n#define {0}{1}{2}\n#endif\n", attribute,
        arena.attribute.empty() ? "" : " ", arena.attribute);
    // Not larger than the arena, because the arena may fill its region.
    put(out, "#define {}(name) {} static uint64_t name[{}]\n", c.arena_macro(id), attribute,
        std::max<std::int64_t>((arena.bytes + 7) / 8, 1));
  }
  out += "\n";
}

void put_io(std::string& out, const CSpelling& c, const ProgramIo& io, const char* what) {
  put(out, "#define {}_{}_SIZE {}u /* {} '{}': {} {} */\n", c.upper, upper(io.name),
      element_count(io.shape), what, c_comment(io.onnx_name), c_type_of(io.type),
      to_string(io.shape));
  out += c_meaning(c, io, std::string_view(what) == "input");
}

// An output that is the same for every input is a constant, not a parameter.
void put_constant_output(std::string& out, const CSpelling& c, const ProgramIo& io) {
  if (!io.constant) return;
  put(out, "\n/* Output '{}' is the same for every input, so it is a constant. */\nextern {};\n",
      c_comment(io.onnx_name), c.constant_declaration(io.constant));
}

// The function that takes an output row by row.
void put_row_function(std::string& out, const CSpelling& c, const ProgramIo& io) {
  if (io.rows == 0) return;
  put(out,
      "\n/* You define this function. The run calls it with each of the {} rows of output '{}', "
      "from\n"
      " * the first on. `user` is the pointer that the run was given. The row is valid during the\n"
      " * call only. */\n"
      "{};\n",
      io.rows, c_comment(io.onnx_name), c.row_signature(io));
}

void put_run_api(std::string& out, const CSpelling& c) {
  const bool inside = c.program.input_mode == InputMode::kArena;
  for (std::size_t i = 0; inside && i < c.program.inputs.size(); ++i) {
    const ProgramIo& io = c.program.inputs[i];
    const ArenaPlace& place = c.program.input_places[i];
    put(out,
        "\n/* Where you put {0} '{1}' before each run, which writes over it. */\n"
        "#define {2}_{3}_OFFSET {4}u\n"
        "#define {2}_{3}({6}) (({5} *)((uint8_t *)({6}) + {2}_{3}_OFFSET))\n",
        "input", c_comment(io.onnx_name), c.upper, upper(io.name), place.offset, c_type_of(io.type),
        c.arena(place.arena));
  }
  put(out,
      "\n/* Runs the model once. {0} bytes, aligned to\n * {1}_ARENA_ALIGN. {2}\n"
      " * Calls with different arenas may run at the same time. */\n{3};\n\n",
      arena_sizes(c), c.upper,
      inside ? "Inputs lie in it and are overwritten." : "Inputs are not written.",
      c.run_signature());
}

void put_streamed_api(std::string& out, const CSpelling& c) {
  const Streaming& s = c.program.streaming;
  put(out,
      "\n/* The input arrives row by row, from the top: begin, push {0} rows, finish. Nothing "
      "but\n"
      " * the arena is kept between the calls, and it must not be used for anything else until\n"
      " * finish has returned. {6} bytes, aligned to {1}_ARENA_ALIGN.\n"
      " * A row is read during the call only; rows beyond the last are ignored. The results of\n"
      " * a finish before the last row are meaningless. */\n"
      "#define {1}_INPUT_ROWS {0}u\n#define {1}_INPUT_ROW_SIZE {2}u\n{3};\n{4};\n{5};\n\n",
      s.rows, c.upper, s.row_elements, c.begin_signature(), c.push_signature(),
      c.finish_signature(), arena_sizes(c));
}

}  // namespace

std::string c_header(const CSpelling& c) {
  std::string out = c.banner;
  put(out, "#ifndef {0}_H\n#define {0}_H\n\n#include <stdint.h>\n\n", c.upper);
  out += c_origin(c);
  out += "#ifdef __cplusplus\nextern \"C\" {\n#endif\n\n";
  if (has_regions(c)) {
    put_arenas(out, c);
  } else {
    put_arena(out, c);
  }
  for (const ProgramIo& io : c.program.inputs) put_io(out, c, io, "input");
  for (const ProgramIo& io : c.program.outputs) put_io(out, c, io, "output");
  for (const ProgramIo& io : c.program.outputs) put_constant_output(out, c, io);
  for (const ProgramIo& io : c.program.outputs) put_row_function(out, c, io);
  if (c.streamed()) {
    put_streamed_api(out, c);
  } else {
    put_run_api(out, c);
  }
  put(out, "#ifdef __cplusplus\n}}\n#endif\n\n#endif /* {}_H */\n", c.upper);
  return out;
}

}  // namespace spindle
