//! Requests that are to reach a server at once, and when their last bytes go out.

use std::io::Read;
use std::io::Write;
use std::net::TcpListener;
use std::net::TcpStream;
use std::thread;
use std::time::Duration;

use super::Server;
use super::client_of;
use super::exact;
use super::ok;
use super::plain;
use crate::http::Client;
use crate::http::ClientSettings;
use crate::http::Request;
use crate::http::Seat;
use crate::http::Transcript;

/// Longer than any test takes.
const LONG: Duration = Duration::from_secs(3600);

fn with(seat: Seat, body: &str, request: Request) -> Request {
    Request {
        meeting: Some(seat),
        ..request.body(body.to_owned())
    }
}

/// Reads until so many bytes have come.
fn reads(stream: &mut TcpStream, bytes: &mut Vec<u8>, count: usize) {
    let missing = u64::try_from(count - bytes.len()).unwrap();
    stream.take(missing).read_to_end(bytes).unwrap();
    assert_eq!(bytes.len(), count);
}

/// Whether a byte is there to be read.
fn has_more(stream: &TcpStream) -> bool {
    stream.set_nonblocking(true).unwrap();
    let more = stream.peek(&mut [0; 1]).is_ok_and(|count| count > 0);
    stream.set_nonblocking(false).unwrap();
    more
}

/// How many bytes a request has on the wire.
fn length(request: impl Fn(&Server) -> Request) -> usize {
    let server = Server::new(|_, _| ok("fine"));
    let sent = client_of(&server).send(request(&server), &Transcript::default());
    assert_eq!(sent.unwrap().response.status, 200);
    let host = server.address.to_string();
    server.seen()[0].len() - host.len()
}

#[test]
fn none_of_two_is_whole_before_the_other_is_nearly() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    // One with a body, and one whose last byte is that of its head.
    for (path, body) in [("/long", "x".repeat(100_000)), ("/short", String::new())] {
        let whole = length(|server| {
            let seat = Seat::waiting(1, LONG).remove(0);
            with(seat, &body, exact(server.url(path)))
        });
        let count = whole + address.to_string().len() - 1;
        let seats = Seat::waiting(2, LONG);
        let client = Client::over_network(ClientSettings::new(format!("http://{address}")));
        let client = client.unwrap();
        thread::scope(|scope| {
            let mut streams = Vec::new();
            for seat in seats {
                let request = with(seat, &body, exact(format!("http://{address}{path}")));
                let sending = scope.spawn(|| client.send(request, &Transcript::default()));
                let (mut stream, _) = listener.accept().unwrap();
                let mut bytes = Vec::new();
                let is_first = streams.is_empty();
                reads(&mut stream, &mut bytes, count);
                assert!(
                    !is_first || !has_more(&stream),
                    "{path}: the last byte was sent"
                );
                streams.push((stream, bytes, sending));
            }
            for (mut stream, mut bytes, sending) in streams {
                reads(&mut stream, &mut bytes, count + 1);
                stream.write_all(&ok("fine")).unwrap();
                assert_eq!(sending.join().unwrap().unwrap().response.status, 200);
            }
        });
    }
}

#[test]
fn who_does_not_come_is_not_waited_for() {
    let server = Server::new(|_, _| ok("fine"));
    let mut seats = Seat::waiting(2, LONG);
    let request = with(seats.remove(0), "x", plain(server.url("/")));
    drop(seats);
    let reply = client_of(&server).send(request, &Transcript::default());
    assert_eq!(reply.unwrap().response.status, 200);
    // Nor for long is who may still come.
    let mut seats = Seat::waiting(2, Duration::from_millis(1));
    let request = with(seats.remove(0), "x", plain(server.url("/")));
    let reply = client_of(&server).send(request, &Transcript::default());
    assert_eq!(reply.unwrap().response.status, 200);
}
