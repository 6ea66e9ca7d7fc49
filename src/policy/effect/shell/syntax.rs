//! What a shell line is made of, once read: simple commands of words, redirections and assignments. How they are joined
//! does not matter here, since every one of them has to be harmless.

/// A part of a word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece {
    /// Characters that stand for themselves.
    Text(String),
    /// A value known only when the line runs; `splits` when it can become several words.
    Unknown {
        /// True when it can become several words.
        splits: bool,
    },
    /// A pattern that becomes names of files.
    Glob,
}

/// One word of a command.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Word {
    /// Its parts in order.
    pub pieces: Vec<Piece>,
    /// True when some of it was quoted, so that it is no reserved word.
    pub quoted: bool,
}

impl Word {
    /// A word that is exactly this text.
    pub fn text(text: &str) -> Self {
        Self { pieces: vec![Piece::Text(text.to_owned())], quoted: true }
    }

    /// A word of which nothing is known.
    pub fn unknown() -> Self {
        Self { pieces: vec![Piece::Unknown { splits: true }], quoted: false }
    }

    /// Its text, when all of it is known before the line runs.
    pub fn literal(&self) -> Option<String> {
        let texts = self
            .pieces
            .iter()
            .map(|piece| if let Piece::Text(text) = piece { Some(text.as_str()) } else { None });
        texts.collect()
    }

    /// True when this word may turn out to be an option, or to hold one.
    pub fn may_hide_option(&self) -> bool {
        let splits =
            self.pieces.iter().any(|piece| matches!(piece, Piece::Unknown { splits: true }));
        let open =
            self.pieces.iter().find(|piece| !matches!(piece, Piece::Text(text) if text.is_empty()));
        splits || !matches!(open, None | Some(Piece::Text(_)))
    }

    /// True when any of it is known only when the line runs.
    pub fn is_open(&self) -> bool {
        self.literal().is_none()
    }

    /// Adds one character of text.
    pub fn push(&mut self, c: char) {
        if let Some(Piece::Text(text)) = self.pieces.last_mut() {
            text.push(c);
        } else {
            self.pieces.push(Piece::Text(c.to_string()));
        }
    }
}

/// Where a command's input or output goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Redirect {
    /// Reads a file.
    From(Word),
    /// Writes a file.
    To(Word),
}

/// A simple command.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Simple {
    /// `NAME=value` before the words.
    pub assignments: Vec<(String, Word)>,
    /// The program and its arguments.
    pub words: Vec<Word>,
    /// Its redirections; copies of file descriptors and here-documents are not kept.
    pub redirects: Vec<Redirect>,
}
