//! One call of a caller's: from the request that was asked for to the answer that counts, over
//! however many exchanges that takes.

use super::Failure;
use super::HeaderValue;
use super::Reply;
use super::Request;
use super::Role;
use super::Transcript;
use super::client::Client;

/// A call under way.
pub(crate) struct Call<'a> {
    client: &'a Client,
    transcript: &'a Transcript,
    request: Request,
}

impl<'a> Call<'a> {
    pub(crate) fn new(client: &'a Client, request: Request, transcript: &'a Transcript) -> Self {
        Self {
            client,
            transcript,
            request,
        }
    }

    /// Runs the call to its end.
    pub(crate) async fn run(self) -> Result<Reply, Failure> {
        let mut request = self.request.clone();
        if let Ok(agent) = HeaderValue::try_from(&self.client.settings.user_agent) {
            request
                .headers
                .entry(http::header::USER_AGENT)
                .or_insert(agent);
        }
        let (trip, index) = self
            .client
            .pass(Role::Asked, &request, self.transcript)
            .await?;
        Ok(Reply {
            response: trip.outcome?,
            exchange: index,
            first: index,
            url: request.url,
            trailing: trip.trailing,
        })
    }
}
