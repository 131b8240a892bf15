//! Where tokens are to be had, as a seam sees it: what was asked, and what is answered.

use http::request::Parts;

use crate::registry::answer::Answer;

/// What a seam makes of the answer to a request for a token.
pub(crate) type DeskSeam = fn(&Parts, Answer) -> Answer;
