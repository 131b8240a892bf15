//! A TCP proxy on loopback that lets time pass: each piece goes on half a round trip after it came, in
//! either direction, however many are on their way. It limits no throughput and reads nothing.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering;
use std::time::Duration;

use bytes::BytesMut;
use tokio::io::AsyncReadExt as _;
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpListener;
use tokio::net::TcpStream;
use tokio::net::tcp::OwnedReadHalf;
use tokio::net::tcp::OwnedWriteHalf;
use tokio::sync::mpsc;
use tokio::time::Instant;

/// How much is read at once, in bytes.
const PIECE: usize = 64 << 10;

/// How many pieces may be on their way in one direction of one connection.
const UNDER_WAY: usize = 1 << 10;

/// A proxy that runs until its runtime ends.
pub(crate) struct Proxy {
    pub(crate) address: SocketAddr,
    connections: Arc<AtomicUsize>,
}

impl Proxy {
    /// Listens on a free port, `round_trip` away from `target`.
    pub(crate) async fn before(target: SocketAddr, round_trip: Duration) -> io::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let proxy = Self {
            address: listener.local_addr()?,
            connections: Arc::default(),
        };
        let connections = Arc::clone(&proxy.connections);
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                connections.fetch_add(1, Ordering::Relaxed);
                tokio::spawn(relay(client, target, round_trip));
            }
        });
        Ok(proxy)
    }

    /// How many connections were made to it so far.
    pub(crate) fn connections(&self) -> usize {
        self.connections.load(Ordering::Relaxed)
    }
}

/// Joins two connections. Making one takes a round trip as well: only then does the client send.
async fn relay(client: TcpStream, target: SocketAddr, round_trip: Duration) {
    let open = Instant::now() + round_trip;
    let Ok(server) = TcpStream::connect(target).await else {
        return;
    };
    let _ = client.set_nodelay(true);
    let _ = server.set_nodelay(true);
    let (from_client, to_client) = client.into_split();
    let (from_server, to_server) = server.into_split();
    let half = round_trip / 2;
    tokio::spawn(carry(from_client, to_server, half, open));
    tokio::spawn(carry(from_server, to_client, half, open));
}

/// Carries what comes from one side to the other, `delay` later, as if none had come before `open`;
/// the end too.
async fn carry(mut from: OwnedReadHalf, to: OwnedWriteHalf, delay: Duration, open: Instant) {
    let (pieces, due) = mpsc::channel(UNDER_WAY);
    tokio::spawn(deliver(due, to));
    loop {
        let mut piece = BytesMut::with_capacity(PIECE);
        let read = from.read_buf(&mut piece).await;
        let at = Instant::now().max(open) + delay;
        if !matches!(read, Ok(1..)) || pieces.send((at, piece)).await.is_err() {
            // The end is late as well.
            tokio::time::sleep_until(at).await;
            return;
        }
    }
}

async fn deliver(mut due: mpsc::Receiver<(Instant, BytesMut)>, mut to: OwnedWriteHalf) {
    while let Some((at, piece)) = due.recv().await {
        tokio::time::sleep_until(at).await;
        if to.write_all(&piece).await.is_err() {
            return;
        }
    }
    let _ = to.shutdown().await;
}
