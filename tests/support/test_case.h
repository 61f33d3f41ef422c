// How a test class makes itself known to its folder's binary.

#pragma once

#include <QObject>
#include <QTest>
#include <functional>
#include <memory>

namespace polyclinic::test {

bool add(std::function<std::unique_ptr<QObject>()> make);

}  // namespace polyclinic::test

/// In the .cpp of the class, which ends with #include "<file>.moc".
#define POLYCLINIC_TEST(Class) static const bool Class##Added = polyclinic::test::add([] { return std::unique_ptr<QObject>(new Class); });
