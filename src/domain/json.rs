//! stub
use std::sync::Arc;
use std::borrow::Cow;
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Node<'a> { Null, Bool(bool), Number(&'a str), String(Cow<'a, str>), Array(Vec<Node<'a>>), Object(Vec<(Cow<'a, str>, Node<'a>)>) }
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Canonical(Arc<[u8]>);
impl Canonical { pub fn as_bytes(&self) -> &[u8] { &self.0 } pub fn sorted(&self) -> Vec<u8> { self.0.to_vec() } }
