//! Agents that come over HTTP: the same gate, with a token at the door.
