//! Reading what a setting says: each takes its text, and says what it takes where that is something
//! else.

use crate::oci::Digest;
use crate::oci::RepositoryName;
use crate::oci::Tag;

use super::effect::Effect;
use super::effect::Kind;
use super::effect::Place;
use super::effect::Talk;
use super::effect::Tls;

/// What a setting says, or a sentence about what is wrong.
pub(super) type Said = Result<Vec<Effect>, String>;

/// Something that has no counterpart here, and is no mistake.
pub(super) fn nothing(_: &str) -> Said {
    Ok(Vec::new())
}

/// On or off, without a counterpart here.
pub(super) fn no_matter(text: &str) -> Said {
    boolean(text).map(|_| Vec::new())
}

/// On or off, in the spellings that the suite takes.
pub(super) fn boolean(text: &str) -> Result<bool, String> {
    match text {
        "1" | "t" | "T" | "true" | "TRUE" | "True" => Ok(true),
        "0" | "f" | "F" | "false" | "FALSE" | "False" => Ok(false),
        _ => Err("it is on or off; write true or false".to_owned()),
    }
}

pub(super) fn registry(text: &str) -> Said {
    if text.contains("://") || text.contains('/') {
        return Err(
            "it takes host:port alone; say with OCI_TLS whether that is https, and with OCI_REPO1 and OCI_REPO2 where \
             to work"
                .to_owned(),
        );
    }
    Ok(vec![Effect::Registry(text.to_owned())])
}

pub(super) fn root_url(text: &str) -> Said {
    let text = text.trim().to_lowercase();
    let (scheme, rest) = text.split_once("://").unwrap_or(("https", &text));
    let tls = match scheme {
        "https" => Tls::Enabled,
        "http" => Tls::Disabled,
        _ => return Err("it begins with https:// or http://".to_owned()),
    };
    let host = rest.trim_end_matches('/');
    if host.contains('/') {
        return Err("it has no path; name the repository in OCI_NAMESPACE".to_owned());
    }
    Ok(vec![Effect::Registry(host.to_owned()), Effect::Tls(tls)])
}

pub(super) fn tls(text: &str) -> Said {
    let tls = match text.to_lowercase().as_str() {
        "enabled" => Tls::Enabled,
        "insecure" => Tls::Insecure,
        "disabled" => Tls::Disabled,
        _ => return Err("it is enabled, insecure or disabled".to_owned()),
    };
    Ok(vec![Effect::Tls(tls)])
}

pub(super) fn repository(place: Place, text: &str) -> Said {
    let name: RepositoryName = text
        .parse()
        .map_err(|error| format!("it names a repository, but {error}"))?;
    Ok(vec![Effect::Repository(place, name.to_string())])
}

/// The same as the older suite has it.
pub(super) fn namespace(place: Place, text: &str) -> Said {
    let text = text.trim().to_lowercase();
    repository(place, text.trim_end_matches('/'))
}

pub(super) fn version(text: &str) -> Said {
    let spec = match text {
        "1.0" => "1.0",
        "1.1" | "stable" => "1.1",
        "dev" | "1.1+dev" => "1.2",
        _ => return Err("it is 1.0, 1.1, stable or dev".to_owned()),
    };
    Ok(vec![Effect::Spec(spec)])
}

pub(super) fn log(text: &str) -> Said {
    let talk = match text.to_lowercase().as_str() {
        "debug" => Talk::EveryExchange,
        "info" => Talk::EveryCheck,
        "warn" | "error" => Talk::Little,
        _ => return Err("it is debug, info, warn or error".to_owned()),
    };
    Ok(vec![Effect::Talk(talk)])
}

pub(super) fn debug(text: &str) -> Said {
    let talk = if boolean(text)? {
        Talk::EveryExchange
    } else {
        Talk::Little
    };
    Ok(vec![Effect::Talk(talk)])
}

/// Names of what is in the registry already.
pub(super) fn given(kind: Kind, text: &str, separator: char) -> Said {
    let names: Vec<String> = text
        .split(separator)
        .map(str::trim)
        .filter(|name| !name.is_empty())
        .map(str::to_owned)
        .collect();
    let wrong = names.iter().find(|name| match kind {
        Kind::Tag => name.parse::<Tag>().is_err(),
        Kind::Manifest | Kind::Blob => name.parse::<Digest>().is_err(),
    });
    match (wrong, kind) {
        (Some(name), Kind::Tag) => Err(format!("`{}` is no tag", name.escape_debug())),
        (Some(name), _) => Err(format!("`{}` is no digest", name.escape_debug())),
        (None, _) => Ok(vec![Effect::Given(kind, names)]),
    }
}
