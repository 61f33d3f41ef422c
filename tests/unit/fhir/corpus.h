// Test data that no one here wrote, beside the repository.

#pragma once

#include <QString>
#include <functional>
#include <string>
#include <string_view>

namespace polyclinic::test {

/// Whether ../shared/testdata is there.
bool haveCorpus();

/// Calls `each` with every line of a .gz below ../shared/testdata; answers how many there were. A file that cannot be
/// read to its end answers 0.
std::size_t forEachLine(const std::string& file, const std::function<void(const std::string&)>& each);

/// Calls `each` with the name and the text of every regular file of a .tgz below ../shared/testdata.
std::size_t forEachInArchive(const std::string& file, const std::function<void(std::string_view, std::string_view)>& each);

}  // namespace polyclinic::test

#define NEEDS_CORPUS() \
    if (!polyclinic::test::haveCorpus()) QSKIP("../shared/testdata is not here")
