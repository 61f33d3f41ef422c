#include "network/fingerprint_words.h"

#include <array>

#include "base/failure.h"

namespace polyclinic::network {
namespace {

/// One for each byte. Part of what people compare across versions: never change the order.
constexpr std::array<std::string_view, 256> plain{
    "acorn",      "amber",    "anchor",   "apple",  "apron",   "arrow",   "autumn", "bacon",    "badge",   "bagel",   "bamboo",  "banana",
    "banjo",      "barn",     "basil",    "basket", "beach",   "beacon",  "bean",   "bear",     "berry",   "bicycle", "birch",   "biscuit",
    "blanket",    "blossom",  "boat",     "bonnet", "book",    "border",  "bottle", "bowl",     "branch",  "brass",   "bread",   "breeze",
    "brick",      "bridge",   "broom",    "brush",  "bucket",  "bundle",  "butter", "button",   "cabin",   "cactus",  "camel",   "candle",
    "canoe",      "canyon",   "captain",  "carpet", "carrot",  "castle",  "cedar",  "cellar",   "chalk",   "cherry",  "chess",   "chimney",
    "cinnamon",   "circle",   "clay",     "clock",  "cloud",   "clover",  "coast",  "cobalt",   "coconut", "comet",   "compass", "copper",
    "coral",      "corner",   "cotton",   "cradle", "crayon",  "cricket", "crown",  "crystal",  "daisy",   "dance",   "dawn",    "delta",
    "desert",     "diamond",  "dolphin",  "domino", "donkey",  "door",    "dragon", "drum",     "eagle",   "echo",    "eleven",  "elm",
    "ember",      "engine",   "evening",  "falcon", "farmer",  "feather", "fern",   "fiddle",   "field",   "finger",  "flag",    "flame",
    "flute",      "forest",   "fountain", "fox",    "galaxy",  "garden",  "garlic", "gate",     "ginger",  "giraffe", "glacier", "glove",
    "golden",     "goose",    "granite",  "grape",  "green",   "guitar",  "hammer", "harbor",   "harvest", "hazel",   "helmet",  "heron",
    "hill",       "honey",    "horizon",  "hotel",  "igloo",   "iris",    "iron",   "island",   "ivory",   "jacket",  "jasmine", "jelly",
    "jewel",      "jungle",   "juniper",  "kettle", "kitchen", "kite",    "ladder", "lagoon",   "lake",    "lantern", "lemon",   "letter",
    "lighthouse", "lily",     "lion",     "lizard", "lotus",   "magnet",  "mango",  "maple",    "marble",  "market",  "meadow",  "melon",
    "mill",       "mirror",   "mitten",   "monkey", "moon",    "morning", "mosaic", "mountain", "mustard", "needle",  "nest",    "nickel",
    "north",      "nutmeg",   "oasis",    "ocean",  "olive",   "onion",   "opera",  "orange",   "orchard", "otter",   "oyster",  "paddle",
    "palace",     "panda",    "paper",    "parrot", "pasture", "peach",   "pearl",  "pebble",   "pencil",  "pepper",  "piano",   "picnic",
    "pigeon",     "pillow",   "pine",     "pirate", "planet",  "plum",    "pocket", "pond",     "poppy",   "potato",  "prairie", "pumpkin",
    "puzzle",     "quartz",   "quilt",    "rabbit", "radish",  "rainbow", "raven",  "ribbon",   "river",   "robin",   "rocket",  "rose",
    "ruby",       "saddle",   "saffron",  "sail",   "salmon",  "sand",    "saturn", "scarf",    "seal",    "shell",   "shore",   "silver",
    "spoon",      "squirrel", "star",     "stone",  "sugar",   "summer",  "sun",    "swan",     "table",   "teapot",  "thunder", "tiger",
    "timber",     "tomato",   "tower",    "tulip",
};

}  // namespace

std::vector<std::string> sixWords(std::string_view fingerprint) {
    if (fingerprint.size() < 6) throw Failure(FailureKind::internal, "A fingerprint is too short.");
    std::vector<std::string> chosen;
    for (const unsigned char byte : fingerprint.substr(0, 6)) chosen.emplace_back(plain[byte]);
    return chosen;
}

}  // namespace polyclinic::network
