//! The body of a request on its way in: into memory where it is short or somebody will look into it,
//! or else to the store as it comes.

use std::sync::Arc;

use axum::body::Body;
use tokio::task::spawn_blocking;

use super::app::App;
use super::body;
use super::body::Bounds;
use super::call::Call;
use super::call::Staged;
use super::error::Case;
use super::error::Flaw;
use super::route::Route;
use super::settings::Optional;
use super::store::Draft;
use super::store::Stored;
use crate::http::Method;
use crate::oci::Algorithm;
use crate::oci::Digest;
use crate::oci::RepositoryName;

/// The longest content that is not worth another thread, in bytes.
const SHORT: u64 = 64 << 10;

/// What a body is begun as.
enum Purpose {
    /// A blob of its own.
    Blob(Algorithm),
    /// A chunk of an upload.
    Chunk {
        name: RepositoryName,
        id: String,
        algorithm: Algorithm,
    },
    /// Nothing: whatever the answer is, the body has no part in it.
    Nothing,
}

/// The request with its body, as far as that comes and is taken.
pub(crate) async fn receive(app: &Arc<App>, route: &Route, mut call: Call, body: Body) -> Call {
    let is_content = matches!(route, Route::Uploads { .. } | Route::Session { .. });
    let bounds = Bounds {
        limit: if is_content {
            app.settings.blob_limit
        } else {
            app.settings.manifest_limit
        },
        reads_excess: app.settings.reads_excess,
    };
    if let Route::Manifest { name, .. } = route {
        return manifest(app, name, call, body, bounds).await;
    }
    if !is_content || app.has_layers() || body::is_short(&call.headers, SHORT) {
        let (body, case) = body::read(&call.headers, body, bounds).await;
        call.body = body;
        call.flaw = case.map(Flaw::from);
        return call;
    }
    match begin(app, purpose(app, route, &call)).await {
        Ok(Some(draft)) => match body::stage(&call.headers, body, bounds, draft).await {
            Ok(draft) => call.staged = Some(Arc::new(Staged::new(draft))),
            Err(flaw) => call.flaw = Some(flaw),
        },
        Ok(None) => body::throw_away(&call.headers, body).await,
        Err(flaw) => {
            body::throw_away(&call.headers, body).await;
            call.flaw = Some(flaw);
        }
    }
    call
}

/// The request with its body as a manifest, which is held in memory, and no further than it is taken.
async fn manifest(app: &App, name: &str, mut call: Call, body: Body, bounds: Bounds) -> Call {
    let taken = Bounds {
        limit: bounds.limit.max(app.settings.manifest_hold),
        ..bounds
    };
    let (body, case) = body::read(&call.headers, body, taken).await;
    app.holding.note(name, body.len());
    let is_too_long = body.len() > bounds.limit;
    call.flaw = case
        .or(is_too_long.then_some(Case::TooLarge))
        .map(Flaw::from);
    call.body = body;
    call
}

fn purpose(app: &App, route: &Route, call: &Call) -> Purpose {
    if app.settings.read_only {
        return Purpose::Nothing;
    }
    let digest = call.query.first("digest").map(str::parse::<Digest>);
    let algorithm = match &digest {
        Some(Ok(digest)) => digest.algorithm(),
        _ => Algorithm::default(),
    };
    match route {
        Route::Uploads { .. } if call.method == Method::POST => {
            let is_single = app.settings.offers(Optional::SinglePost)
                && call.query.first("mount").is_none()
                && matches!(digest, Some(Ok(_)));
            if is_single {
                Purpose::Blob(algorithm)
            } else {
                Purpose::Nothing
            }
        }
        Route::Session { name, id } if matches!(call.method, Method::PATCH | Method::PUT) => {
            match name.parse() {
                Ok(name) => Purpose::Chunk {
                    name,
                    id: id.clone(),
                    algorithm,
                },
                Err(_) => Purpose::Nothing,
            }
        }
        _ => Purpose::Nothing,
    }
}

/// Where the body goes; `None` if nowhere.
async fn begin(app: &Arc<App>, purpose: Purpose) -> Result<Option<Draft>, Flaw> {
    let begun = match purpose {
        Purpose::Nothing => return Ok(None),
        Purpose::Blob(algorithm) => {
            wait(app, move |app| app.store.draft(algorithm).map(Some)).await
        }
        Purpose::Chunk {
            name,
            id,
            algorithm,
        } => wait(app, move |app| app.store.chunk(&name, &id, algorithm)).await,
    };
    match begun {
        Ok(Some(draft)) => Ok(Some(draft)),
        Ok(None) => Err(Case::UploadUnknown.into()),
        Err(error) => Err(error.into()),
    }
}

/// Asks the store, where nobody else waits if it is on a disk.
async fn wait<T: Send + 'static>(
    app: &Arc<App>,
    ask: impl FnOnce(&App) -> Stored<T> + Send + 'static,
) -> Stored<T> {
    if !app.store.waits() {
        return ask(app);
    }
    let app = Arc::clone(app);
    match spawn_blocking(move || ask(&app)).await {
        Ok(answer) => answer,
        Err(failed) => std::panic::resume_unwind(failed.into_panic()),
    }
}
