//! Choices that can be made again.

/// SplitMix64: small, and good enough to pick moments by.
#[derive(Debug)]
pub(crate) struct Random(u64);

impl Random {
    /// Seeded by `COUNTERSIGN_SEED`, else anew; the seed is printed, and shown when the test fails.
    #[expect(clippy::print_stdout, reason = "the test runner shows it with a failure")]
    pub(crate) fn seeded(test: &str) -> Self {
        let given = std::env::var_os("COUNTERSIGN_SEED").and_then(|text| text.into_string().ok());
        let seed = match given {
            Some(text) => text.parse().expect("COUNTERSIGN_SEED is a whole number"),
            None => getrandom::u64().expect("random bytes") >> 16,
        };
        println!("{test}: COUNTERSIGN_SEED={seed}");
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// From 0 up to, and without, `end`.
    pub(crate) fn below(&mut self, end: u64) -> u64 {
        self.next() % end
    }

    /// The same for places in a list.
    pub(crate) fn index(&mut self, length: usize) -> usize {
        usize::try_from(self.below(length as u64)).expect("small")
    }
}
