//! The word that a yes to a grave call is typed with: only the card shows it.
//!
//! Reading it shows that the card was on the screen of whoever answers; it is friction, not a secret, and one
//! try in 256 guesses it. It follows from the question and its bytes under the store's own key, so the same
//! question always has the same word, another call another one, and nobody works it out from what agents see.

use crate::domain::approval::Approval;
use crate::domain::digest::StoreKey;

/// The word for this question.
#[must_use]
pub(crate) fn word(approval: &Approval, key: &StoreKey) -> &'static str {
    let mac = key.mac("word", &[approval.id.0.as_bytes(), &approval.call_digest.0]);
    let [first, ..] = mac.0;
    WORDS.get(usize::from(first)).copied().unwrap_or("countersign")
}

/// Short, common, told apart by ear, and nothing that could pass for an answer.
const WORDS: [&str; 256] = [
    "acorn", "admiral", "almond", "amber", "anchor", "antler", "apple", "apricot", "apron",
    "arrow", "attic", "autumn", "badger", "bagel", "bamboo", "banjo", "barley", "barrel", "basil",
    "basket", "beacon", "beaver", "beetle", "berry", "birch", "biscuit", "bishop", "blanket",
    "blossom", "bonnet", "bottle", "boulder", "bracket", "branch", "breeze", "brick", "bridge",
    "bronze", "bucket", "buckle", "button", "cabin", "cactus", "camel", "candle", "canoe",
    "canvas", "carbon", "carpet", "carrot", "castle", "cedar", "cello", "chalk", "cherry",
    "chimney", "cinder", "citrus", "clover", "cobalt", "coffee", "comet", "copper", "coral",
    "cotton", "cradle", "crane", "crater", "cricket", "crystal", "cushion", "cypress", "daisy",
    "dancer", "desert", "diamond", "dolphin", "donkey", "dragon", "eagle", "easel", "echo",
    "elbow", "elder", "ember", "engine", "falcon", "feather", "fennel", "ferry", "fiddle", "finch",
    "flame", "flask", "flint", "flute", "forest", "fossil", "fountain", "fox", "frost", "galaxy",
    "garden", "garlic", "garnet", "gecko", "geyser", "ginger", "giraffe", "glacier", "glove",
    "goblet", "gondola", "granite", "grape", "gravel", "guitar", "hammer", "hamster", "harbor",
    "harvest", "hazel", "hedge", "helmet", "heron", "hickory", "honey", "horizon", "hornet",
    "hunter", "iceberg", "igloo", "indigo", "iris", "island", "ivory", "jacket", "jaguar",
    "jasmine", "jigsaw", "jungle", "juniper", "kayak", "kennel", "kernel", "kettle", "kitten",
    "lagoon", "lantern", "larch", "lemon", "leopard", "lilac", "linen", "lizard", "lobster",
    "locket", "lotus", "lumber", "magnet", "magpie", "mango", "maple", "marble", "meadow", "melon",
    "mirror", "mitten", "mosaic", "moss", "muffin", "mustard", "napkin", "needle", "nettle",
    "nickel", "nutmeg", "oasis", "oatmeal", "ocean", "olive", "onion", "opal", "orange", "orbit",
    "orchid", "osprey", "otter", "oyster", "paddle", "panda", "papaya", "parrot", "pebble",
    "pelican", "pencil", "pepper", "piano", "pigeon", "pillow", "pine", "planet", "plum", "pocket",
    "pony", "poppy", "potato", "prairie", "prism", "pumpkin", "puppet", "puzzle", "quail",
    "quartz", "quiver", "rabbit", "radish", "raven", "ribbon", "river", "robin", "rocket",
    "saddle", "saffron", "salmon", "sandal", "sapphire", "saturn", "scarf", "sequoia", "shadow",
    "silver", "sparrow", "spruce", "squid", "stable", "sunset", "swallow", "tango", "teapot",
    "thistle", "thunder", "tiger", "timber", "tomato", "tulip", "tunnel", "turnip", "turtle",
    "umbrella", "velvet", "violet", "violin", "walnut", "walrus", "willow",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_differ_and_none_is_an_answer() {
        let mut sorted = WORDS.to_vec();
        sorted.sort_unstable();
        sorted.dedup();
        assert_eq!(sorted.len(), 256);
        assert!(WORDS.iter().all(|w| w.bytes().all(|b| b.is_ascii_lowercase()) && w.len() > 2));
        assert!(!["yes", "approve", "deny", "allow"].iter().any(|w| WORDS.contains(w)));
    }
}
