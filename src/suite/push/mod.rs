//! Pushing: what a registry takes, and how.

pub(super) mod again;
pub(super) mod algorithms;
pub(super) mod at_once;
mod blob_helpers;
pub(super) mod blobs;
pub(super) mod cancel;
pub(super) mod chunk_order;
pub(super) mod chunked;
pub(super) mod image;
pub(super) mod manifest_bytes;
pub(super) mod manifest_forms;
pub(super) mod manifest_refusals;
pub(super) mod manifests;
pub(super) mod mount;
pub(super) mod odd_images;
pub(super) mod post_then_put;
pub(super) mod references;
pub(super) mod refused;
pub(super) mod side_by_side;
pub(super) mod single_post;
pub(super) mod status;
pub(super) mod subject;
pub(super) mod tag_parameters;
pub(super) mod ways;
