//! Tells the binding which interpreter it is built for.

fn main() {
    println!("cargo:rerun-if-changed=rust_src/build.rs");
    #[cfg(feature = "python")]
    pyo3_build_config::use_pyo3_cfgs();
}
