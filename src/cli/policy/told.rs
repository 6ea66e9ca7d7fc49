//! What a replay tells, on a terminal: sentences and tables, a blank line between two.

use crate::card::told::Piece;
use crate::cli::output;

/// The pieces as one text.
pub(in crate::cli::policy) fn text(pieces: Vec<Piece>) -> String {
    let texts = pieces.into_iter().map(|piece| match piece {
        Piece::Text(text) => text,
        Piece::Table(header, rows) => output::table(header, rows),
    });
    texts.collect::<Vec<_>>().join("\n\n")
}
