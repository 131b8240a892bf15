//! The query of a request.

use super::percent;

/// The parameters of a query, decoded, in their order.
///
/// A plus sign is a plus sign here, as in every other part of a URL: media types have it, and
/// nothing that the API knows has a space.
#[derive(Debug, Clone, Default)]
pub(crate) struct Query {
    /// As it was sent, percent-encoding included.
    raw: String,
    parameters: Vec<(String, String)>,
}

impl Query {
    /// Reads the part of a URL behind `?`. Parameters that cannot be decoded are passed over.
    pub(crate) fn read(query: &str) -> Self {
        let decoded = query.split('&').filter_map(|parameter| {
            let (name, value) = parameter.split_once('=').unwrap_or((parameter, ""));
            Some((percent::decode(name)?, percent::decode(value)?))
        });
        Self {
            raw: query.to_owned(),
            parameters: decoded.collect(),
        }
    }

    /// The query as it was sent, percent-encoding included.
    pub(crate) fn raw(&self) -> &str {
        &self.raw
    }

    /// The value of the first parameter with this name.
    pub(crate) fn first(&self, name: &str) -> Option<&str> {
        self.all(name).next()
    }

    /// The values of all parameters with this name.
    pub(crate) fn all(&self, name: &str) -> impl Iterator<Item = &str> {
        let named = self.parameters.iter().filter(move |(it, _)| it == name);
        named.map(|(_, value)| value.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_are_decoded_and_kept_in_order() {
        let query = Query::read("tag=a&tag=b%2Bc&digest=sha256%3Aab&x&=&%zz=1");
        assert_eq!(query.all("tag").collect::<Vec<_>>(), ["a", "b+c"]);
        assert_eq!(query.first("digest"), Some("sha256:ab"));
        assert_eq!(query.first("x"), Some(""));
        assert_eq!(query.first("last"), None);
    }

    #[test]
    fn a_plus_sign_stays_one() {
        let query = Query::read("artifactType=application/a+json");
        assert_eq!(query.first("artifactType"), Some("application/a+json"));
    }
}
