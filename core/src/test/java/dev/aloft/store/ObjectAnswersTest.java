package dev.aloft.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.function.Consumer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;

/// The encryption that an answer of S3 names.
@Tag("unit")
final class ObjectAnswersTest {

    @Test
    void anObjectEncryptedWithAKeyOfKmsOrOfTheClientHasNoDigestAsItsEtag() {
        assertThat(isEncryptedByKey(r -> r.serverSideEncryption("aws:kms"))).isTrue();
        assertThat(isEncryptedByKey(r -> r.serverSideEncryption("aws:kms:dsse")))
                .isTrue();
        assertThat(isEncryptedByKey(r -> r.sseCustomerAlgorithm("AES256"))).isTrue();
    }

    @Test
    void anObjectEncryptedWithTheKeysOfS3HasOne() {
        assertThat(isEncryptedByKey(r -> r.serverSideEncryption("AES256"))).isFalse();
        assertThat(isEncryptedByKey(_ -> {})).isFalse();
    }

    private static boolean isEncryptedByKey(Consumer<GetObjectResponse.Builder> headers) {
        return ObjectAnswers.isEncryptedByKey(
                GetObjectResponse.builder().applyMutation(headers).build());
    }
}
