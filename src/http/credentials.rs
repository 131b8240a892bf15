//! Credentials from Docker's configuration and its credential helpers, where `docker login` keeps
//! them.

use docker_credential::CredentialRetrievalError;
use docker_credential::DockerCredential;

use super::Login;
use super::Secret;

/// The key under which Docker keeps the login to its own registry.
const DOCKER_HUB: &str = "https://index.docker.io/v1/";

/// Why a stored login cannot be had.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LoginError {
    /// The configuration is there, and not to be read.
    #[error("Docker's configuration cannot be read")]
    Configuration,
    /// An entry is damaged.
    #[error("the entry in Docker's configuration cannot be decoded; log in again")]
    Entry,
    /// A helper cannot be run or understood.
    #[error("the credential helper cannot be used: {0}")]
    Helper(String),
}

/// The login that Docker keeps for `host` (with its port, if it has one). Nothing kept is
/// [`Login::Anonymous`].
///
/// `DOCKER_CONFIG` is honoured, as are helpers for single hosts and for all.
pub fn docker_login(host: &str) -> Result<Login, LoginError> {
    let key = match host {
        "docker.io" | "index.docker.io" | "registry-1.docker.io" => DOCKER_HUB,
        other => other,
    };
    if is_unconfigured() {
        return Ok(Login::Anonymous);
    }
    login(docker_credential::get_credential(key))
}

/// The crate says the same of a configuration that is not there and of one that cannot be read.
fn is_unconfigured() -> bool {
    let folder = std::env::var_os("DOCKER_CONFIG")
        .map(std::path::PathBuf::from)
        .or_else(|| Some(std::path::Path::new(&std::env::var_os("HOME")?).join(".docker")));
    folder.is_none_or(|folder| !folder.join("config.json").exists())
}

fn login(found: Result<DockerCredential, CredentialRetrievalError>) -> Result<Login, LoginError> {
    match found {
        Ok(DockerCredential::UsernamePassword(username, password)) => Ok(Login::Password {
            username,
            password: Secret::new(password),
        }),
        Ok(DockerCredential::IdentityToken(token)) => Ok(Login::Identity(Secret::new(token))),
        Err(error) => absence(&error),
    }
}

fn absence(error: &CredentialRetrievalError) -> Result<Login, LoginError> {
    match error {
        CredentialRetrievalError::NoCredentialConfigured
        | CredentialRetrievalError::ConfigNotFound => Ok(Login::Anonymous),
        CredentialRetrievalError::HelperFailure { stdout, stderr, .. }
            if [stdout, stderr]
                .iter()
                .any(|said| said.contains("not found")) =>
        {
            Ok(Login::Anonymous)
        }
        CredentialRetrievalError::HelperFailure {
            helper,
            stdout,
            stderr,
        } => {
            let said = [stderr, stdout]
                .into_iter()
                .find_map(|said| said.trim().lines().next());
            Err(LoginError::Helper(format!(
                "{helper} says: {}",
                said.unwrap_or("nothing")
            )))
        }
        CredentialRetrievalError::HelperCommunicationError => Err(LoginError::Helper(
            "it is not installed, or does not answer".to_owned(),
        )),
        CredentialRetrievalError::MalformedHelperResponse => Err(LoginError::Helper(
            "its answer is not what a helper says".to_owned(),
        )),
        CredentialRetrievalError::CredentialDecodingError
        | CredentialRetrievalError::CredentialMismatchError => Err(LoginError::Entry),
        CredentialRetrievalError::ConfigReadError => Err(LoginError::Configuration),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn helper(stdout: &str) -> Result<Login, LoginError> {
        login(Err(CredentialRetrievalError::HelperFailure {
            helper: "docker-credential-x".to_owned(),
            stdout: stdout.to_owned(),
            stderr: String::new(),
        }))
    }

    #[test]
    fn nothing_kept_is_anonymous() {
        let error = CredentialRetrievalError::NoCredentialConfigured;
        assert_eq!(login(Err(error)), Ok(Login::Anonymous));
        assert_eq!(
            helper("credentials not found in native keychain\n"),
            Ok(Login::Anonymous)
        );
    }

    #[test]
    fn a_helper_that_fails_is_quoted() {
        let error = helper("the keychain is locked\nmore\n").unwrap_err();
        let wanted = "the credential helper cannot be used: docker-credential-x says: the keychain is locked";
        assert_eq!(error.to_string(), wanted);
    }

    #[test]
    fn an_identity_token_is_no_password() {
        let found = DockerCredential::IdentityToken("abc".to_owned());
        assert_eq!(login(Ok(found)), Ok(Login::Identity(Secret::new("abc"))));
    }
}
