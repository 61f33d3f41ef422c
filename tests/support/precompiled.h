#pragma once

// What nearly every test includes anyway, read by the compiler once.

#include <QTest>
#include <QtCore>
#include <algorithm>
#include <chrono>
#include <fstream>
#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <thread>
#include <vector>
