package dev.aloft.store;

/// A key pair given by hand, for the embedded S3 and for tests. Production takes its credentials from the SDK's chain.
///
/// The secret does not show in [#toString()].
public record S3Credentials(String accessKey, String secretKey) {

    @Override
    public String toString() {
        return "S3Credentials[" + accessKey + ", secret]";
    }
}
