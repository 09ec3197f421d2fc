package dev.aloft.lab;

/// The one key pair that an embedded S3 accepts. Immutable; its text never shows the secret.
///
/// @param accessKey the access key id, not blank
/// @param secretKey the secret access key, not blank
public record S3Credentials(String accessKey, String secretKey) {

    /// @throws IllegalArgumentException when one of the two is blank
    public S3Credentials {
        if (accessKey.isBlank() || secretKey.isBlank()) {
            throw new IllegalArgumentException("an S3 key pair needs an access key and a secret key, one is blank");
        }
    }

    /// A random key pair.
    public static S3Credentials random() {
        return new S3Credentials("lab" + Secrets.letters(17), Secrets.letters(40));
    }

    @Override
    public String toString() {
        return "S3Credentials[accessKey=" + accessKey + "]";
    }
}
