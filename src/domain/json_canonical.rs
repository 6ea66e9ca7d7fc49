//! The bytes of a call: the type that stands for "the strict reader has accepted exactly these".
//!
//! A digest, a row in the store, the text of a card and the frame on the wire all take a
//! [`Canonical`], so none of them can be fed with bytes that another of them did not see.

use std::fmt;
use std::sync::Arc;

use crate::domain::json::{Limits, Node, ReadError, parse, parse_bytes};

/// The bytes of one value as judged, shown, stored, hashed and sent. Made only by the strict
/// reader.
///
/// Cloning shares the bytes. `Debug` prints the length only, since the value may hold secrets.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Canonical(Arc<str>);

impl Canonical {
    /// The compact bytes of a value that is part of a line already read, for example of
    /// `params.arguments`.
    ///
    /// What was written is read once more, as arguments: a tree can be put together by hand, and
    /// one that came out of a line was held to the limits of the line only.
    ///
    /// # Errors
    /// Those of [`parse`] with [`Limits::ARGUMENTS`]; for a tree from [`parse`] only the limits are
    /// left to fail.
    pub fn of(node: &Node<'_>) -> Result<Canonical, ReadError> {
        let made = written(node, 64)?;
        made.node()?;
        Ok(made)
    }

    /// The compact bytes of a part of a text that the strict reader has just read: what [`Canonical::of`] gives, without
    /// reading it once more. Only for a tree that [`parse`] made, never for one put together by hand.
    ///
    /// # Errors
    /// None for such a tree.
    pub(crate) fn of_read(node: &Node<'_>) -> Result<Canonical, ReadError> {
        written(node, 64)
    }

    /// Reads bytes strictly and keeps their compact form.
    ///
    /// # Errors
    /// Those of [`parse_bytes`].
    pub fn read(bytes: &[u8], limits: &Limits) -> Result<Canonical, ReadError> {
        written(&parse_bytes(bytes, limits)?, bytes.len())
    }

    /// The bytes.
    pub fn as_bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }

    /// The bytes as the text they are.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The tree of these bytes.
    ///
    /// # Errors
    /// A limit of [`Limits::ARGUMENTS`], if the bytes were read with wider ones.
    pub fn node(&self) -> Result<Node<'_>, ReadError> {
        parse(&self.0, &Limits::ARGUMENTS)
    }

    /// The sorted form ([`Node::write_sorted`]), for finding a repeated call. Never to be sent.
    ///
    /// # Errors
    /// Those of [`Canonical::node`].
    pub fn sorted(&self) -> Result<Vec<u8>, ReadError> {
        let mut out = Vec::with_capacity(self.0.len());
        self.node()?.write_sorted(&mut out);
        Ok(out)
    }

    /// How many bytes.
    #[expect(
        clippy::len_without_is_empty,
        reason = "no json value is empty, so the question would only mislead"
    )]
    pub fn len(&self) -> usize {
        self.0.len()
    }
}

impl fmt::Debug for Canonical {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Canonical({} bytes)", self.0.len())
    }
}

fn written(node: &Node<'_>, room: usize) -> Result<Canonical, ReadError> {
    let mut out = Vec::with_capacity(room);
    node.write(&mut out);
    // The writer copies whole `str`s and ASCII, so this holds; checking costs less than proving it
    // without `unsafe`.
    let text = String::from_utf8(out)
        .map_err(|e| ReadError::InvalidUtf8 { at: e.utf8_error().valid_up_to() })?;
    Ok(Canonical(text.into()))
}
