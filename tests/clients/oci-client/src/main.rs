//! One operation of the crate oci-client on the registry of `$BASE`, as the user of `$USER_NAME` and `$USER_PASSWORD`.
//!
//! ```text
//! plimsoll-oci-client push TAG FILE...            pushes an image of these layers and prints its digest
//! plimsoll-oci-client attach TAG SUBJECT FILE...  the same, with the image of another tag as its subject
//! plimsoll-oci-client pull TAG FOLDER             writes its layers to FOLDER, under their digests
//! plimsoll-oci-client tags                        prints the tags
//! plimsoll-oci-client referrers TAG               prints the digests of what is attached
//! ```

use std::env;
use std::env::VarError;
use std::error::Error;
use std::fs;
use std::path::Path;

use oci_client::Client;
use oci_client::Reference;
use oci_client::client::Certificate;
use oci_client::client::CertificateEncoding;
use oci_client::client::ClientConfig;
use oci_client::client::ClientProtocol;
use oci_client::client::Config;
use oci_client::client::ImageLayer;
use oci_client::manifest::IMAGE_LAYER_MEDIA_TYPE;
use oci_client::manifest::OciDescriptor;
use oci_client::manifest::OciImageManifest;
use oci_client::secrets::RegistryAuth;

const REPOSITORY: &str = "oci-client/app";
const MANIFEST: &str = "application/vnd.oci.image.manifest.v1+json";

type Outcome<T> = Result<T, Box<dyn Error>>;

#[tokio::main]
async fn main() -> Outcome<()> {
    // reqwest is built without one of its own.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let arguments: Vec<String> = env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments[..] {
        ["push", tag, ref files @ ..] => push(tag, None, files).await,
        ["attach", tag, subject, ref files @ ..] => push(tag, Some(subject), files).await,
        ["pull", tag, folder] => pull(tag, Path::new(folder)).await,
        ["tags"] => tags().await,
        ["referrers", tag] => referrers(tag).await,
        _ => Err("there is no such operation".into()),
    }
}

fn client() -> Outcome<Client> {
    let is_plain = env::var("BASE")?.starts_with("http:");
    let mut config = ClientConfig {
        protocol: if is_plain {
            ClientProtocol::Http
        } else {
            ClientProtocol::Https
        },
        ..ClientConfig::default()
    };
    if let Some(path) = given("TRUSTED")? {
        config.extra_root_certificates.push(Certificate {
            encoding: CertificateEncoding::Pem,
            data: fs::read(path)?,
        });
    }
    Ok(Client::new(config))
}

/// The variable, if it is there and says something.
fn given(name: &str) -> Result<Option<String>, VarError> {
    match env::var(name) {
        Ok(value) => Ok(Some(value).filter(|value| !value.is_empty())),
        Err(VarError::NotPresent) => Ok(None),
        Err(error) => Err(error),
    }
}

fn login() -> Outcome<RegistryAuth> {
    Ok(match given("USER_NAME")? {
        Some(name) => RegistryAuth::Basic(name, env::var("USER_PASSWORD")?),
        None => RegistryAuth::Anonymous,
    })
}

fn image(tag: &str) -> Outcome<Reference> {
    let registry = env::var("REGISTRY")?;
    Ok(Reference::with_tag(
        registry,
        REPOSITORY.to_owned(),
        tag.to_owned(),
    ))
}

/// What names the manifest of a tag.
async fn descriptor(client: &Client, tag: &str) -> Outcome<OciDescriptor> {
    let (image, login) = (image(tag)?, login()?);
    let manifest = client.pull_manifest_raw(&image, &login, &[MANIFEST]);
    let (manifest, digest) = manifest.await?;
    Ok(OciDescriptor {
        media_type: MANIFEST.to_owned(),
        digest,
        size: i64::try_from(manifest.len())?,
        ..OciDescriptor::default()
    })
}

async fn push(tag: &str, subject: Option<&str>, files: &[&str]) -> Outcome<()> {
    let client = client()?;
    let mut layers = Vec::new();
    for file in files {
        layers.push(ImageLayer::oci_v1(fs::read(file)?, None));
    }
    let config = Config::oci_v1("{}", None);
    let mut manifest = OciImageManifest::build(&layers, &config, None);
    if let Some(subject) = subject {
        manifest.subject = Some(descriptor(&client, subject).await?);
    }
    let (target, login) = (image(tag)?, login()?);
    client
        .push(&target, &layers, config, &login, Some(manifest))
        .await?;
    println!("{}", descriptor(&client, tag).await?.digest);
    Ok(())
}

async fn pull(tag: &str, folder: &Path) -> Outcome<()> {
    let client = client()?;
    let pulled = client
        .pull(&image(tag)?, &login()?, vec![IMAGE_LAYER_MEDIA_TYPE])
        .await?;
    fs::create_dir_all(folder)?;
    // They come in the order in which they were there.
    for layer in &pulled.layers {
        fs::write(folder.join(layer.sha256_digest()), &layer.data)?;
    }
    Ok(())
}

async fn tags() -> Outcome<()> {
    let listed = client()?
        .list_tags(&image("any")?, &login()?, None, None)
        .await?;
    println!("{}", listed.tags.join("\n"));
    Ok(())
}

async fn referrers(tag: &str) -> Outcome<()> {
    let client = client()?;
    let subject = descriptor(&client, tag).await?;
    let of = image(tag)?.clone_with_digest(subject.digest);
    for referrer in client.pull_referrers(&of, None).await?.manifests {
        println!("{}", referrer.digest);
    }
    Ok(())
}
