//! A call of the canary: what of its head is worth to be kept. No secret is.

/// The most headers of a call that are looked at.
const MOST_HEADERS: usize = 100;
/// The most characters of a target that are kept.
const LONGEST: usize = 1000;

/// The headers that tell a server who calls.
const CREDENTIALS: [&str; 3] = ["authorization", "proxy-authorization", "cookie"];

/// Parameters of a query that do so. What requests of ours name has none.
const PARAMETERS: [&str; 9] = [
    "token",
    "access_token",
    "id_token",
    "refresh_token",
    "password",
    "client_secret",
    "api_key",
    "x-amz-signature",
    "x-amz-security-token",
];

/// A call of the canary.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Call {
    /// How many came before it.
    pub(crate) number: u64,
    /// The method, and path and query with their slashes decoded; empty where it was no HTTP.
    method: String,
    target: String,
    /// In what it carried credentials: the names of headers and parameters.
    pub(crate) credentials: Vec<String>,
    /// Whether this program was led there itself.
    pub(super) is_ours: bool,
}

impl Call {
    /// What these bytes are, which may be no request, or not the whole of one.
    pub(super) fn read(bytes: &[u8]) -> Self {
        let mut headers = [httparse::EMPTY_HEADER; MOST_HEADERS];
        let mut request = httparse::Request::new(&mut headers);
        // What was read before it stopped to be a request is there all the same.
        let _ = request.parse(bytes);
        let target = request.path.unwrap_or_default();
        let headers = || request.headers.iter().filter(|it| !it.value.is_empty());
        let named = CREDENTIALS.into_iter().filter(|name| {
            let mut names = headers().map(|header| header.name);
            names.any(|it| it.eq_ignore_ascii_case(name))
        });
        Self {
            number: 0,
            method: request
                .method
                .unwrap_or_default()
                .chars()
                .take(20)
                .collect(),
            target: decoded(target).chars().take(LONGEST).collect(),
            credentials: named.map(str::to_owned).chain(parameters(target)).collect(),
            is_ours: headers().any(|header| {
                let is_agent = header.name.eq_ignore_ascii_case("user-agent");
                is_agent && header.value.starts_with(b"plimsoll/")
            }),
        }
    }

    /// Whether its path names this play, or a repository of it.
    pub(crate) fn is_of(&self, play: &str) -> bool {
        self.after(play).is_some()
    }

    /// Whether its target names this word.
    pub(crate) fn names(&self, word: &str) -> bool {
        self.target.contains(word)
    }

    /// The request of the play that it is of, where it says so.
    pub(crate) fn request(&self, play: &str) -> Option<usize> {
        self.after(play)?.split('/').next()?.parse().ok()
    }

    fn after(&self, play: &str) -> Option<&str> {
        let (_, rest) = self.target.split_once(play)?;
        rest.strip_prefix('/')
    }

    /// The case and the attempt whose play it is of, where it says so.
    pub(crate) fn case(&self) -> Option<(u64, u64)> {
        self.target.split('/').find_map(case_of)
    }

    /// The target, with its slashes decoded.
    pub(super) fn target(&self) -> &str {
        &self.target
    }

    /// What it was, in words.
    pub(crate) fn said(&self) -> String {
        let what = match self.method.as_str() {
            "" => "something that is no HTTP".to_owned(),
            method => format!("{method} {}", self.without_values()),
        };
        if self.credentials.is_empty() {
            return what;
        }
        format!("{what}, with {}", self.credentials.join(" and "))
    }

    /// The target without what may be secret.
    fn without_values(&self) -> String {
        match self.target.split_once('?') {
            Some((path, _)) => format!("{path}?…"),
            None => self.target.clone(),
        }
    }
}

/// The case and the attempt that a part of a path names.
pub(super) fn case_of(part: &str) -> Option<(u64, u64)> {
    let (case, attempt) = part.strip_prefix('c')?.split_once('-')?;
    Some((case.parse().ok()?, attempt.parse().ok()?))
}

/// Slashes are what tells the parts of a path, and may be percent-encoded within a parameter.
fn decoded(target: &str) -> String {
    target.replace("%2F", "/").replace("%2f", "/")
}

fn parameters(target: &str) -> impl Iterator<Item = String> {
    let query = target.split_once('?').map_or("", |(_, query)| query);
    let names = query.split('&').filter_map(|part| {
        let (name, value) = part.split_once('=')?;
        let known = PARAMETERS.into_iter();
        let mut known = known.filter(|it| it.eq_ignore_ascii_case(name) && !value.is_empty());
        known.next()
    });
    names.map(|name| format!("the parameter `{name}`"))
}
