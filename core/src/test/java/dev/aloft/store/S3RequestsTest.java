package dev.aloft.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3Configuration;
import software.amazon.awssdk.services.s3.S3Utilities;

/// The URLs of requests are those of the SDK, whose client is made only where it is needed.
final class S3RequestsTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://127.0.0.1:9000",
                "https://s3.example.org/",
                "https://example.org/s3",
                "http://[::1]:8080/"
            })
    void urlsInThePathOfAnEndpointAreThoseOfTheSdk(String endpoint) {
        StoreSettings settings = StoreSettings.at(Provider.CEPH, URI.create(endpoint));
        S3Utilities sdk = S3Utilities.builder()
                .region(Region.of(settings.region()))
                .s3Configuration(
                        S3Configuration.builder().pathStyleAccessEnabled(true).build())
                .build();

        URI base = S3Requests.baseUrl(S3RequestsTest::unneeded, settings, "media");

        assertThat(base + "uploads/cat.jpg")
                .isEqualTo(
                        sdk.getUrl(u -> u.bucket("media").key("uploads/cat.jpg").endpoint(settings.endpoint()))
                                .toString());
    }

    private static S3Client unneeded() {
        throw new AssertionError("the SDK's client was made");
    }

    @Test
    void urlsOfAwsHaveTheBucketInTheHost() {
        try (S3Client client =
                S3Client.builder().region(Region.of("eu-central-1")).build()) {
            assertThat(S3Requests.baseUrl(() -> client, StoreSettings.aws("eu-central-1"), "media"))
                    .hasToString("https://media.s3.eu-central-1.amazonaws.com/");
        }
    }
}
