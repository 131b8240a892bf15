#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| plimsoll::targets::run("store", data));
