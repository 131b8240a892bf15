//! `plimsoll serve`: the reference registry.

mod auth;
mod features;
mod operations;
mod storage;

use std::hash::BuildHasher;
use std::hash::Hasher;
use std::hash::RandomState;
use std::net::SocketAddr;
use std::path::Path;
use std::path::PathBuf;

use crate::catalogue::Version;
use crate::registry::Registry;
use crate::registry::Running;
use crate::registry::Tls;
use crate::registry::TlsError;

use super::CliError;
use super::Exit;
use super::embedded::Differences;
use super::signals;

/// Run the reference registry until it is told to end.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Where to listen; port 0 for any free one.
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:5000")]
    addr: SocketAddr,
    /// Write the registry's URL to this file once it listens.
    #[arg(long, value_name = "FILE")]
    ready_file: Option<PathBuf>,
    /// The version of the specification that it speaks: 1.0, 1.1 or 1.2 (the draft).
    #[arg(long, value_name = "VERSION", default_value = "1.2")]
    spec: Version,
    #[command(flatten)]
    differences: Differences,
    /// Speak TLS with this certificate (PEM, its chain after it), and HTTP/2 to clients that offer it.
    #[arg(long, value_name = "FILE")]
    tls_cert: Option<PathBuf>,
    /// The key of the certificate (PEM, unencrypted).
    #[arg(long, value_name = "FILE")]
    tls_key: Option<PathBuf>,
    /// Speak TLS with a certificate made now, for the host of --addr, localhost, 127.0.0.1 and `::1`, and
    /// HTTP/2 to clients that offer it.
    #[arg(long, conflicts_with_all = ["tls_cert", "tls_key"])]
    tls_self_signed: bool,
    /// Write the certificate that was made to this file (PEM), before the registry listens: what
    /// clients have to trust, as with `plimsoll check --ca-cert`.
    #[arg(long, value_name = "FILE", conflicts_with = "tls_cert")]
    tls_ca_file: Option<PathBuf>,
    #[command(flatten)]
    features: features::Features,
    #[command(flatten)]
    storage: storage::Storage,
    #[command(flatten)]
    auth: auth::Guards,
    #[command(flatten)]
    operations: operations::Operations,
}

/// Runs the verb.
pub(super) fn run(args: &Args) -> Result<Exit, CliError> {
    if let Some(exit) = storage::verified(&args.storage)? {
        return Ok(exit);
    }
    let registry = registry(args)?;
    if let Some(path) = &args.tls_ca_file {
        write(path, certificate(&registry)?)?;
    }
    let running = listening(registry, args.addr)?;
    let url = running.url();
    if let Some(path) = &args.ready_file {
        write(path, &format!("{url}\n"))?;
    }
    let said = format!("a registry of version {} listens on {url}", args.spec);
    operations::announce(&args.operations, &said, &running)?;
    signals::wait_for_end();
    drop(running);
    Ok(Exit::Passed)
}

fn registry(args: &Args) -> Result<Registry, CliError> {
    let builder = Registry::builder().spec(args.spec).seed(unforeseeable());
    let builder = args.differences.applied_to(builder);
    let builder = match tls(args)? {
        Some(tls) => builder.tls(tls),
        None => builder,
    };
    let builder = match auth::auth(&args.auth)? {
        Some(auth) => builder.auth(auth),
        None => builder,
    };
    let is_in_memory = storage::is_in_memory(&args.storage);
    let builder = features::applied(&args.features, builder, is_in_memory)?;
    let is_read_only = features::is_read_only(&args.features);
    let builder = storage::applied(&args.storage, builder, is_read_only)?;
    let builder = operations::applied(&args.operations, builder)?;
    Ok(builder.build())
}

/// A number that nobody can tell before.
fn unforeseeable() -> u64 {
    RandomState::new().build_hasher().finish()
}

/// With what TLS is spoken, by the flags.
fn tls(args: &Args) -> Result<Option<Tls>, CliError> {
    match (&args.tls_cert, &args.tls_key) {
        (Some(chain), Some(key)) => given(chain, key).map(Some),
        (Some(_), None) => Err(half("--tls-cert", "--tls-key")),
        (None, Some(_)) => Err(half("--tls-key", "--tls-cert")),
        (None, None) if args.tls_self_signed => made_for(args.addr).map(Some),
        (None, None) => Ok(None),
    }
}

fn half(there: &str, missing: &str) -> CliError {
    CliError::Usage(format!(
        "{there} is given without {missing}, and TLS takes both; give {missing} too, or --tls-self-signed \
         instead"
    ))
}

fn given(chain: &Path, key: &Path) -> Result<Tls, CliError> {
    let (certificate, secret) = (read("--tls-cert", chain)?, read("--tls-key", key)?);
    Tls::from_pem(&certificate, &secret).map_err(|error| {
        let (flag, path) = match error {
            TlsError::Certificate(_) => ("--tls-cert", chain),
            _ => ("--tls-key", key),
        };
        CliError::Usage(format!("{flag} {}: {error}", path.display()))
    })
}

fn read(flag: &str, path: &Path) -> Result<Vec<u8>, CliError> {
    std::fs::read(path).map_err(|error| {
        CliError::Usage(format!(
            "{flag} {} cannot be read ({error}), so TLS cannot be spoken; give a PEM file that is there \
             and may be read",
            path.display()
        ))
    })
}

fn made_for(address: SocketAddr) -> Result<Tls, CliError> {
    Tls::self_signed(&[address.ip().to_string()])
        .map_err(|error| CliError::Usage(format!("--tls-self-signed: {error}")))
}

/// The certificate that was made, by a flag or by a variation.
fn certificate(registry: &Registry) -> Result<&str, CliError> {
    let tls = registry.tls().ok_or_else(|| {
        CliError::Usage(
            "--tls-ca-file is given, and no certificate is made that it could hold; give \
             --tls-self-signed too"
                .to_owned(),
        )
    })?;
    Ok(tls.certificate())
}

fn listening(registry: Registry, address: SocketAddr) -> Result<Running, CliError> {
    registry.spawn(address).map_err(|error| {
        operations::unheard(&error).unwrap_or_else(|| {
            CliError::Environment(format!(
                "{address} cannot be listened on: {error}; give another --addr, or port 0 for any free one"
            ))
        })
    })
}

fn write(path: &Path, text: &str) -> Result<(), CliError> {
    std::fs::write(path, text).map_err(|error| {
        CliError::Environment(format!("{} cannot be written: {error}", path.display()))
    })
}
