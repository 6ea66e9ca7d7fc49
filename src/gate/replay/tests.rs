//! Journals judged once more.
