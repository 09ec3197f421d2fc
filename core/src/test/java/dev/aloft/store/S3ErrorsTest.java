package dev.aloft.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.aloft.store.StoreException.Kind;
import java.io.InputStream;
import java.net.UnknownHostException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProviderChain;
import software.amazon.awssdk.auth.credentials.ProfileCredentialsProvider;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.http.SdkHttpResponse;
import software.amazon.awssdk.profiles.ProfileFile;
import software.amazon.awssdk.services.s3.model.S3Exception;

@Tag("unit")
final class S3ErrorsTest {

    @Test
    void missingCredentialsAreSaidInOneShortSentence() {
        ProfileFile empty = ProfileFile.builder()
                .content(InputStream.nullInputStream())
                .type(ProfileFile.Type.CREDENTIALS)
                .build();
        AwsCredentialsProviderChain nowhere = AwsCredentialsProviderChain.of(ProfileCredentialsProvider.builder()
                .profileFile(empty)
                .profileName("nobody")
                .build());
        SdkException missing = catchThrowableOfType(SdkException.class, nowhere::resolveCredentials);

        StoreException ours = S3Errors.of("reach the bucket s3://media", missing);

        assertThat(ours.kind()).isEqualTo(Kind.CREDENTIALS);
        assertThat(ours)
                .hasMessage("cannot reach the bucket s3://media: no credentials were found in the environment"
                        + " (AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY), in a profile, or in a role of this host");
    }

    @ParameterizedTest
    @ValueSource(ints = {301, 400})
    void theRegionOfABucketElsewhereIsSaid(int status) {
        SdkHttpResponse answer = SdkHttpResponse.builder()
                .statusCode(status)
                .putHeader("x-amz-bucket-region", "eu-central-1")
                .build();
        S3Exception elsewhere = (S3Exception) S3Exception.builder()
                .statusCode(status)
                .awsErrorDetails(
                        AwsErrorDetails.builder().sdkHttpResponse(answer).build())
                .build();

        StoreException ours = S3Errors.of("reach the bucket s3://media", elsewhere);

        assertThat(ours.kind()).isEqualTo(Kind.CREDENTIALS);
        assertThat(ours)
                .hasMessage("cannot reach the bucket s3://media: S3 answers " + status
                        + " (the bucket is in the region eu-central-1: compare it with region of [s3])");
    }

    @Test
    void anUnknownHostIsSaid() {
        SdkException unknown = SdkClientException.create("cannot send", new UnknownHostException("s3.invalid"));

        assertThat(S3Errors.of("reach the bucket s3://media", unknown))
                .hasMessage("cannot reach the bucket s3://media: there is no host s3.invalid");
    }

    @Test
    void anArchivedObjectIsNoQuestionOfPermission() {
        S3Exception archived = (S3Exception) S3Exception.builder()
                .statusCode(403)
                .awsErrorDetails(AwsErrorDetails.builder()
                        .errorCode("InvalidObjectState")
                        .build())
                .build();

        StoreException ours = S3Errors.of("copy s3://media/cat.jpg", archived);

        assertThat(ours.kind()).isEqualTo(Kind.INVALID);
        assertThat(ours)
                .hasMessage("cannot copy s3://media/cat.jpg: S3 answers 403 InvalidObjectState"
                        + " (the object is in an archive storage class: bring it back in S3 first)");
    }
}
