//! How a request names the canary. Mutations write stand-ins, since they know no address, and
//! the stage puts the address in their place when the request is made: plans stay symbolic, and a
//! case does not depend on the port that the system chose.

use crate::fuzz::draft::Draft;
use crate::fuzz::wire::WireRequest;

/// What stands for host and port.
pub(crate) const HOST: &str = "canary.plimsoll.invalid";
/// What stands for the path that tells the request, without slashes around it.
pub(crate) const PATH: &str = "plimsoll-canary-path";

/// The canary as one request of a play names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Naming {
    host: String,
    /// The number of the request in its play.
    pub(crate) request: usize,
    path: String,
}

impl Naming {
    /// The canary at `host`, as the request of this number of a play names it.
    pub(crate) fn new(host: &str, play: &str, request: usize) -> Self {
        Self {
            host: host.to_owned(),
            request,
            path: format!("{play}/{request}"),
        }
    }

    /// Puts it in the place of its stand-ins.
    pub(crate) fn bind_draft(&self, draft: &mut Draft) {
        for (_, value) in &mut draft.members {
            *value = self.bound(value);
        }
        if let Some(text) = &mut draft.text {
            *text = self.bound(&String::from_utf8_lossy(text)).into_bytes();
        }
    }

    /// Puts it in the place of its stand-ins.
    pub(crate) fn bind_request(&self, request: &mut WireRequest) {
        let bound = |bytes: &[u8]| {
            let text = std::str::from_utf8(bytes).ok()?;
            text.contains(HOST).then(|| self.bound(text).into_bytes())
        };
        if let Some(target) = bound(&request.target) {
            request.target = target;
        }
        for (_, value) in &mut request.headers {
            if let Some(named) = bound(value) {
                *value = named;
            }
        }
    }

    fn bound(&self, text: &str) -> String {
        text.replace(HOST, &self.host).replace(PATH, &self.path)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_stand_ins_become_the_address_and_the_path_of_the_request() {
        let naming = Naming::new("127.0.0.1:9", "f/c1-0", 4);
        let mut request = WireRequest::new(
            "GET",
            "http://r.test",
            format!("/v2/?url=http:%2f%2f{HOST}%2f{PATH}%2f"),
        )
        .with("host", HOST)
        .with("x", vec![0xff]);
        naming.bind_request(&mut request);
        assert_eq!(
            request.url(),
            "http://r.test/v2/?url=http:%2f%2f127.0.0.1:9%2ff/c1-0/4%2f"
        );
        assert_eq!(request.header("host").unwrap(), "127.0.0.1:9");
        let mut draft = Draft::new("a/b");
        draft.add_text("urls", format!("[\"http://{HOST}/{PATH}/\"]"));
        naming.bind_draft(&mut draft);
        assert_eq!(
            draft.bytes(),
            br#"{"urls":["http://127.0.0.1:9/f/c1-0/4/"]}"#
        );
    }
}
