// Every seed, every input that once broke something, and some hundred broken copies of each, through the fuzz targets.
// `./dev fuzz` looks for new ones.

#include <QDirIterator>
#include <QFile>
#include <QTest>
#include <random>

#include "targets.h"
#include "test_case.h"

using namespace polyclinic::fuzz;

class ReplayTest : public QObject {
    Q_OBJECT
  private slots:
    void inputsKeepTheirProperties_data();
    void inputsKeepTheirProperties();
};

namespace {

std::vector<std::string> filesOf(const std::string& folder) {
    std::vector<std::string> contents;
    QDirIterator files(QString::fromStdString(folder), QDir::Files);
    while (files.hasNext()) {
        QFile file(files.next());
        if (file.open(QIODevice::ReadOnly)) contents.push_back(file.readAll().toStdString());
    }
    std::sort(contents.begin(), contents.end());  // the same order everywhere, so that a number means the same
    return contents;
}

/// What broke and by which input, or empty.
QByteArray faultOf(const Target& target, const std::string& input) {
    try {
        runTimed(target, input);
        return {};
    } catch (const std::exception& fault) {
        return QByteArray(fault.what()) + "\ninput (base64): " + QByteArray::fromStdString(input).toBase64();
    }
}

std::string brokenCopy(std::string input, const std::vector<std::string>& others, std::mt19937& random) {
    const auto below = [&](std::size_t n) { return n == 0 ? 0 : static_cast<std::size_t>(random() % n); };
    for (std::size_t i = 1 + below(4); i > 0; --i) {
        const auto at = below(input.size() + 1);
        const auto& other = others[below(others.size())];
        switch (below(5)) {
            case 0:
                if (at < input.size()) input[at] = static_cast<char>(random());
                break;
            case 1:
                input.erase(at, 1 + below(8));
                break;
            case 2:
                input.insert(at, input.substr(below(input.size()), below(40)));
                break;
            case 3:
                input.insert(at, other.substr(below(other.size()), below(40)));
                break;
            default:
                input = input.substr(0, at) + other.substr(below(other.size()));
        }
    }
    return input;
}

}  // namespace

void ReplayTest::inputsKeepTheirProperties_data() {
    QTest::addColumn<int>("target");
    for (std::size_t i = 0; i < targets().size(); ++i) QTest::newRow(targets()[i].name.data()) << int(i);
}

void ReplayTest::inputsKeepTheirProperties() {
    QFETCH(int, target);
    const auto& each = targets()[std::size_t(target)];
    const std::string folder = std::string(POLYCLINIC_SOURCE_DIR "/tests/fuzz/"), name(each.name);
    auto inputs = filesOf(folder + "seeds/" + name);
    QVERIFY(inputs.size() >= 5);
    for (auto& finding : filesOf(folder + "findings/" + name)) inputs.push_back(std::move(finding));
    for (const auto& input : inputs)
        if (const auto fault = faultOf(each, input); !fault.isEmpty()) QFAIL(fault.constData());

    const unsigned seed = qEnvironmentVariableIntValue("POLYCLINIC_SEED");
    std::mt19937 random(seed);
    const int copies = 10'000 / int(inputs.size());
    for (const auto& input : inputs)
        for (int i = 0; i < copies; ++i)
            if (const auto fault = faultOf(each, brokenCopy(input, inputs, random)); !fault.isEmpty())
                QFAIL("seed " + QByteArray::number(seed) + ": " + fault);
}

POLYCLINIC_TEST(ReplayTest)
#include "replay_test.moc"
