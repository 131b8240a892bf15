//! The threads on which all clients of this process wait for their sockets.

use std::sync::OnceLock;

use tokio::runtime::Builder;
use tokio::runtime::Handle;
use tokio::runtime::Runtime;

use super::ClientError;

/// One runtime for the process: a client is then cheap to make, and can be dropped anywhere.
static RUNTIME: OnceLock<Result<Runtime, String>> = OnceLock::new();

/// The runtime, started at the first call.
pub(crate) fn handle() -> Result<Handle, ClientError> {
    let runtime = RUNTIME.get_or_init(|| {
        Builder::new_multi_thread()
            .worker_threads(2)
            .thread_name("http")
            .enable_all()
            .build()
            .map_err(|error| error.to_string())
    });
    match runtime {
        Ok(runtime) => Ok(runtime.handle().clone()),
        Err(reason) => Err(ClientError::Runtime(reason.clone())),
    }
}
