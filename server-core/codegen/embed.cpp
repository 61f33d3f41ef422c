// embed OUT.h OUT.cpp SYMBOL ROOT FILE...: turns files into one C++ table of {name below ROOT, bytes}.

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <string>

namespace {

void writeBytes(std::ofstream& out, const std::string& bytes) {
    char text[8];
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        std::snprintf(text, sizeof text, "%u,", static_cast<unsigned char>(bytes[i]));
        out << text;
        if (i % 32 == 31) out << '\n';
    }
}

}  // namespace

int main(int argc, char** argv) {
    if (argc < 5) {
        std::cerr << "usage: embed OUT.h OUT.cpp SYMBOL ROOT FILE...\n";
        return 64;
    }
    const std::string symbol = argv[3];
    std::ofstream header(argv[1]);
    header << "#pragma once\n#include <span>\n#include <string_view>\n"
              "#ifndef POLYCLINIC_EMBEDDED_FILE\n#define POLYCLINIC_EMBEDDED_FILE\n"
              "namespace polyclinic {\nstruct EmbeddedFile {\n    std::string_view name;\n    std::string_view bytes;\n};\n}\n"
              "#endif\nnamespace polyclinic {\n/// Sorted by name.\nstd::span<const EmbeddedFile> "
           << symbol << "();\n}\n";

    std::ofstream source(argv[2]);
    source << "#include \"" << std::filesystem::path(argv[1]).filename().string() << "\"\n#include <array>\n"
           << "namespace polyclinic {\nnamespace {\n";
    const int count = argc - 5;
    for (int i = 0; i < count; ++i) {
        std::ifstream file(argv[5 + i], std::ios::binary);
        if (!file) {
            std::cerr << "embed: cannot read " << argv[5 + i] << '\n';
            return 1;
        }
        const std::string bytes{std::istreambuf_iterator<char>(file), {}};
        source << "const unsigned char file" << i << "[] = {";
        writeBytes(source, bytes);
        source << "0};\n";
    }
    source << "const std::array<EmbeddedFile, " << count << "> files{{";
    for (int i = 0; i < count; ++i) {
        const auto name = std::filesystem::path(argv[5 + i]).lexically_relative(argv[4]).generic_string();
        source << "{\"" << name << "\", {reinterpret_cast<const char*>(file" << i << "), sizeof file" << i << " - 1}},\n";
    }
    source << "}};\n}\nstd::span<const EmbeddedFile> " << symbol << "() { return files; }\n}\n";
    return source.good() && header.good() ? 0 : 1;
}
