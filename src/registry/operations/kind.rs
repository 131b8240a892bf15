//! What requests are told apart by where they are counted: a few methods and a few kinds of paths, so
//! that no client can make the counters grow.

use crate::http::Method;
use crate::registry::route::Route;

/// A kind of path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Base,
    Blob,
    Upload,
    Manifest,
    Tags,
    Referrers,
    Extensions,
    Catalog,
    Other,
}

/// A method.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verb {
    Get,
    Head,
    Post,
    Put,
    Patch,
    Delete,
    Other,
}

impl Kind {
    /// Every kind, in the order of their numbers.
    pub(super) const ALL: [Self; 9] = [
        Self::Base,
        Self::Blob,
        Self::Upload,
        Self::Manifest,
        Self::Tags,
        Self::Referrers,
        Self::Extensions,
        Self::Catalog,
        Self::Other,
    ];

    /// The kind of what a path names.
    pub(crate) fn of(route: &Route) -> Self {
        match route {
            Route::Base => Self::Base,
            Route::Blob { .. } => Self::Blob,
            Route::Uploads { .. } | Route::Session { .. } => Self::Upload,
            Route::Manifest { .. } => Self::Manifest,
            Route::Tags { .. } => Self::Tags,
            Route::Referrers { .. } => Self::Referrers,
            Route::Extensions => Self::Extensions,
            Route::Catalog => Self::Catalog,
            Route::Unknown => Self::Other,
        }
    }

    /// Its name in a label.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Base => "base",
            Self::Blob => "blob",
            Self::Upload => "upload",
            Self::Manifest => "manifest",
            Self::Tags => "tags",
            Self::Referrers => "referrers",
            Self::Extensions => "extensions",
            Self::Catalog => "catalog",
            Self::Other => "other",
        }
    }
}

impl Verb {
    /// Every method, in the order of their numbers.
    pub(super) const ALL: [Self; 7] = [
        Self::Get,
        Self::Head,
        Self::Post,
        Self::Put,
        Self::Patch,
        Self::Delete,
        Self::Other,
    ];

    /// Which it is.
    pub(super) fn of(method: &Method) -> Self {
        match *method {
            Method::GET => Self::Get,
            Method::HEAD => Self::Head,
            Method::POST => Self::Post,
            Method::PUT => Self::Put,
            Method::PATCH => Self::Patch,
            Method::DELETE => Self::Delete,
            _ => Self::Other,
        }
    }

    /// Its name in a label.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Head => "HEAD",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Patch => "PATCH",
            Self::Delete => "DELETE",
            Self::Other => "other",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_has_the_number_of_its_place() {
        for (place, kind) in Kind::ALL.into_iter().enumerate() {
            assert_eq!(kind as usize, place);
        }
        for (place, verb) in Verb::ALL.into_iter().enumerate() {
            assert_eq!(verb as usize, place);
        }
    }
}
