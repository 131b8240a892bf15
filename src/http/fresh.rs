//! Telling a request that went out on a connection made for it from one that went out on a
//! connection that had been used before.
//!
//! reqwest takes an idle connection where it has one, and does not say so. What can be seen is
//! whether its connector made one while the request was under way.

use std::cell::Cell;
use std::future::Future;
use std::task::Context;
use std::task::Poll;

use tower_layer::Layer;
use tower_service::Service;

use super::BoxFuture;

tokio::task_local! {
    static MADE: Cell<bool>;
}

/// Does `work` and says whether a connection was made for it.
pub(crate) async fn watched<T>(work: impl Future<Output = T>) -> (T, bool) {
    let watching = async {
        let done = work.await;
        (done, MADE.with(Cell::get))
    };
    MADE.scope(Cell::new(false), watching).await
}

/// A layer over a connector that notes each connection for whoever waits for it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Watch;

impl<S> Layer<S> for Watch {
    type Service = Watched<S>;

    fn layer(&self, connector: S) -> Watched<S> {
        Watched(connector)
    }
}

/// A connector under watch.
#[derive(Debug, Clone)]
pub(crate) struct Watched<S>(S);

impl<S, R> Service<R> for Watched<S>
where
    S: Service<R>,
    S::Future: Send + 'static,
    S::Response: 'static,
    S::Error: 'static,
{
    type Response = S::Response;
    type Error = S::Error;
    type Future = BoxFuture<'static, Result<S::Response, S::Error>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.0.poll_ready(context)
    }

    fn call(&mut self, request: R) -> Self::Future {
        let making = self.0.call(request);
        Box::pin(async move {
            let made = making.await;
            if made.is_ok() {
                // Where nobody waits, it was finished in the background, for later.
                let _ = MADE.try_with(|noted| noted.set(true));
            }
            made
        })
    }
}
