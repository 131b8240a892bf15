//! Clients that go away in the middle of a request.

use super::Change;
use super::Dice;
use super::Mutation;
use super::Stance;
use crate::catalogue::post_then_put;
use crate::fuzz::plan::Kind;
use crate::fuzz::wire::WireRequest;

/// The rows.
pub(super) const ROWS: &[Mutation] = &[
    Mutation {
        name: "gone-while-closing",
        title: "a client that is gone before all of the blob was sent",
        suits: &[Kind::Finish],
        stance: Stance::Refused(&post_then_put::TRUNCATED_UPLOAD_REFUSED),
        change: Change::Request(cut),
        names_canary: false,
    },
    Mutation {
        name: "gone-while-sending",
        title: "a client that is gone in the middle of a chunk, of a blob or of a manifest",
        suits: &[Kind::Patch, Kind::SinglePost, Kind::PutManifest],
        stance: Stance::Either,
        change: Change::Request(cut),
        names_canary: false,
    },
];

/// Holds back the end of the body.
fn cut(request: &mut WireRequest, dice: &mut Dice) -> bool {
    if request.body.is_empty() || request.chunked || request.header("content-length").is_some() {
        return false;
    }
    let kept = dice.below(request.body.len());
    request.held_back = (request.body.len() - kept) as u64;
    request.body.truncate(kept);
    true
}
