package dev.aloft.store;

import java.net.URI;
import java.util.LinkedHashMap;
import java.util.Map;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.http.ContentStreamProvider;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4FamilyHttpSigner;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4HttpSigner;

/// Signs requests to a service of AWS other than S3 (Signature Version 4). Safe for many threads.
public final class AwsSignature {

    private final AwsCredentialsProvider credentials;
    private final String service;
    private final String region;
    private final AwsV4HttpSigner signer = AwsV4HttpSigner.create();

    private AwsSignature(AwsCredentialsProvider credentials, String service, String region) {
        this.credentials = credentials;
        this.service = service;
        this.region = region;
    }

    /// With the credentials of the SDK's chain (environment, profile, container or instance role).
    ///
    /// @param service as signatures name it, such as `cloudfront`
    public static AwsSignature of(String service, String region) {
        return new AwsSignature(DefaultCredentialsProvider.builder().build(), service, region);
    }

    /// With a key pair given by hand, for tests.
    public static AwsSignature of(String service, String region, String accessKey, String secretKey) {
        AwsBasicCredentials pair = AwsBasicCredentials.create(accessKey, secretKey);
        return new AwsSignature(StaticCredentialsProvider.create(pair), service, region);
    }

    /// The headers of a request, with those that sign it, valid for some minutes. The client adds `Host` by itself.
    ///
    /// @throws StoreException if there are no credentials
    public Map<String, String> sign(String method, URI uri, Map<String, String> headers, byte[] body)
            throws StoreException {
        SdkHttpRequest.Builder request =
                SdkHttpRequest.builder().method(SdkHttpMethod.fromValue(method)).uri(uri);
        headers.forEach(request::putHeader);
        try {
            SdkHttpRequest signed = signer.sign(r -> r.identity(credentials.resolveCredentials())
                            .request(request.build())
                            .payload(ContentStreamProvider.fromByteArray(body))
                            .putProperty(AwsV4FamilyHttpSigner.SERVICE_SIGNING_NAME, service)
                            .putProperty(AwsV4HttpSigner.REGION_NAME, region))
                    .request();
            Map<String, String> all = new LinkedHashMap<>();
            signed.headers().forEach((name, values) -> all.put(name, String.join(",", values)));
            all.remove("Host");
            return all;
        } catch (SdkException e) {
            throw S3Errors.of("find credentials for " + service, e);
        }
    }
}
