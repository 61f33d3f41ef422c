// A few records for the tests, made here: patients, and measurements of each.

#pragma once

#include <QFile>
#include <QString>

namespace polyclinic::test {

inline QByteArray madeUpRecords(int patients) {
    const char* given[] = {"Maria", "Jonas", "Aisha", "Chen", "Lucia", "Peter", "Noor", "Ivan", "Grace", "Tomas"};
    const char* family[] = {"Alvarez", "Berg", "Diallo", "Evans", "Fischer", "Garcia", "Haddad", "Ito", "Jensen", "Kowalski", "Lopez"};
    QByteArray lines;
    for (int i = 0; i < patients; ++i) {
        const QByteArray id = "gui-" + QByteArray::number(i);
        lines += R"({"resourceType":"Patient","id":")" + id + R"(","name":[{"family":")" + family[i % 11] + R"(","given":[")" +
                 given[i % 10] +
                 R"("]}],"identifier":[{"type":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/v2-0203","code":"MR"}]},)"
                 R"("system":"urn:oid:2.999.1","value":"MR-)" +
                 QByteArray::number(10000 + i) + R"("}],"gender":")" + (i % 2 ? "male" : "female") + R"(","birthDate":"19)" +
                 QByteArray::number(40 + i % 60) + "-0" + QByteArray::number(1 + i % 9) + R"(-15"})" + '\n';
        lines += R"({"resourceType":"Observation","id":")" + id +
                 R"(-weight","status":"final","code":{"coding":[{"system":)"
                 R"("http://loinc.org","code":"29463-7","display":"Body weight"}]},"subject":{"reference":"Patient/)" +
                 id + R"("},"effectiveDateTime":"2026-03-0)" + QByteArray::number(1 + i % 9) + R"(","valueQuantity":{"value":7)" +
                 QByteArray::number(i % 10) +
                 R"(.50,"unit":"kg","system":)"
                 R"("http://unitsofmeasure.org","code":"kg"}})" +
                 '\n';
    }
    return lines;
}

inline bool writeFile(const QString& path, const QByteArray& bytes) {
    QFile file(path);
    if (!file.open(QIODevice::WriteOnly) || file.write(bytes) != bytes.size()) return false;
    // The server may run as another account, which reads it.
    return file.setPermissions(QFile::ReadOwner | QFile::WriteOwner | QFile::ReadGroup | QFile::ReadOther);
}

}  // namespace polyclinic::test
