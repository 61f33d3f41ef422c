#pragma once

// What nearly every file of the window includes anyway, read by the compiler once.

#include <QtCore>
#include <QtNetwork>
#include <QtWidgets>
#include <functional>
#include <optional>
