package dev.aloft.server.cdn;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aloft.files.FilePath;
import dev.aloft.server.cdn.ApiClient.Done;
import dev.aloft.server.cdn.ApiClient.Failed;
import dev.aloft.server.cdn.ApiClient.Refused;
import dev.aloft.server.cdn.CdnStandIn.Answer;
import dev.aloft.server.cdn.CdnStandIn.Asked;
import dev.aloft.server.uploads.UploadPath;
import dev.aloft.store.AwsSignature;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// The requests that CDNs get, as their public documentation describes them.
final class CdnApiTest {

    private static final SiteUrls SITE =
            new SiteUrls("shop", FilePath.ROOT, Set.of("shop.test"), UploadPath.OF_EVERY_SITE);
    private static final List<CdnPurge> BATCH =
            List.of(CdnPurge.of("shop", "uploads/2026/11/a b.jpg"), CdnPurge.all("blog"));
    private static final CdnApi.Token TOKEN = new CdnApi.Token("s3cret-token");

    private CdnStandIn cdn;

    @BeforeEach
    void start() throws IOException {
        cdn = CdnStandIn.start();
    }

    @AfterEach
    void stop() {
        cdn.close();
    }

    /// developers.cloudflare.com/api/resources/cache/methods/purge
    @Test
    void cloudflarePurgesByTag() throws Exception {
        CdnApi api = CdnApi.cloudflare(cdn.uri(), "0123abcd", TOKEN, 5);
        cdn.answer(
                new Answer(200, "{\"success\": true, \"errors\": []}", Map.of()),
                new Answer(200, "{\"success\": false}", Map.of()),
                new Answer(429, "", Map.of("Retry-After", "60")));

        assertThat(send(api, BATCH)).isInstanceOf(Done.class);
        Asked asked = cdn.asked().getFirst();
        assertThat(asked.method() + " " + asked.uri()).isEqualTo("POST /client/v4/zones/0123abcd/purge_cache");
        assertThat(asked.header("Authorization")).isEqualTo("Bearer s3cret-token");
        assertThat(asked.body()).isEqualTo("{\"tags\":[\"" + BATCH.getFirst().surrogateKey() + "\",\"blog\"]}");
        assertThat(send(api, BATCH)).isInstanceOf(Failed.class);
        assertThat(send(api, BATCH))
                .isInstanceOfSatisfying(
                        Failed.class, failed -> assertThat(failed.pause()).isEqualTo(Duration.ofMinutes(1)));
    }

    /// www.fastly.com/documentation/reference/api/purging
    @Test
    void fastlyPurgesBySurrogateKey() throws Exception {
        assertThat(send(CdnApi.fastly(cdn.uri(), "SU1Z0isxPaozGVKXdv0eY", TOKEN), BATCH))
                .isInstanceOf(Done.class);
        Asked asked = cdn.asked().getFirst();
        assertThat(asked.method() + " " + asked.uri()).isEqualTo("POST /service/SU1Z0isxPaozGVKXdv0eY/purge");
        assertThat(asked.header("Fastly-key")).isEqualTo("s3cret-token");
        assertThat(asked.body())
                .isEqualTo("{\"surrogate_keys\":[\"" + BATCH.getFirst().surrogateKey() + "\",\"blog\"]}");
    }

    /// docs.aws.amazon.com/cloudfront/latest/APIReference/API_CreateInvalidation.html
    @Test
    void cloudFrontInvalidatesPathsByASignedRequest() throws Exception {
        CdnApi api = cloudFront();
        cdn.answer(
                Answer.of(201),
                new Answer(400, "<Error><Code>TooManyInvalidationsInProgress</Code></Error>", Map.of()),
                new Answer(400, "<Error><Code>InvalidArgument</Code></Error>", Map.of()));

        assertThat(send(api, BATCH)).isInstanceOf(Done.class);
        Asked asked = cdn.asked().getFirst();
        assertThat(asked.method() + " " + asked.uri())
                .isEqualTo("POST /2020-05-31/distribution/E2EXAMPLE/invalidation");
        assertThat(asked.body())
                .startsWith("<InvalidationBatch xmlns=\"http://cloudfront.amazonaws.com/doc/2020-05-31/\">")
                .contains(
                        "<Quantity>3</Quantity>",
                        "<Path>/uploads/2026/11/a%20b.jpg*</Path>",
                        "<Path>/wp-content/uploads/2026/11/a%20b.jpg*</Path>",
                        "<Path>/tachyon/2026/11/a%20b.jpg*</Path>");
        assertThat(signature(asked)).isEqualTo(expectedSignature(asked));
        assertThat(send(api, BATCH)).isInstanceOf(Failed.class);
        assertThat(send(api, BATCH)).isInstanceOf(Refused.class);
    }

    @Test
    void moreFilesThanCloudFrontTakesAtOnceAreTheirFolders() {
        List<CdnPurge> batch = IntStream.range(0, 100)
                .mapToObj(i -> CdnPurge.of("shop", "uploads/2026/" + i % 2 + "/" + i + ".jpg"))
                .toList();

        String body = cloudFront().requests(batch).getFirst().body();

        assertThat(body)
                .contains("<Quantity>6</Quantity>", "<Path>/uploads/2026/0/*</Path>", "<Path>/tachyon/2026/1/*</Path>");
        assertThat(cloudFront()
                        .requests(IntStream.range(0, 100)
                                .mapToObj(i -> CdnPurge.of("shop", "uploads/" + i + "/x.jpg"))
                                .toList())
                        .getFirst()
                        .body())
                .contains("<Quantity>3</Quantity>", "<Path>/uploads/*</Path>");
    }

    @Test
    void nginxPurgesEachUrlOfEachHost() throws Exception {
        cdn.answer(Answer.of(412), Answer.of(404));
        CdnApi api = CdnApi.nginx(cdn.uri(), List.of(SITE));
        List<ApiRequest> requests = api.requests(BATCH);
        try (ApiClient client = new ApiClient(api)) {
            for (ApiRequest request : requests) {
                assertThat(client.send(request)).isInstanceOf(Done.class);
            }
        }
        List<String> asked = new ArrayList<>();
        cdn.asked().forEach(each -> asked.add(each.method() + " " + each.uri() + " " + each.header("Host")));
        assertThat(asked)
                .hasSize(6)
                .contains(
                        "PURGE http://shop.test/uploads/2026/11/a%20b.jpg shop.test",
                        "PURGE http://shop.test/wp-content/uploads/2026/11/a%20b.jpg* shop.test",
                        "PURGE http://shop.test/tachyon/2026/11/a%20b.jpg* shop.test");
    }

    @Test
    void noMessageHasAToken() throws Exception {
        cdn.answer(Answer.of(401), Answer.of(400));
        for (CdnApi api : List.of(CdnApi.fastly(cdn.uri(), "x", TOKEN), CdnApi.cloudflare(cdn.uri(), "x", TOKEN, 5))) {
            assertThat(send(api, BATCH).toString() + api + api.requests(BATCH)).doesNotContain(TOKEN.value());
        }
    }

    @Test
    void requestsKeepTheRateOfThePlan() {
        RequestRate.Budget budget = new RequestRate.Budget(new RequestRate(2, 5), 0);

        assertThat(budget.take(0)).isZero();
        assertThat(budget.take(0)).isZero();
        assertThat(budget.take(0)).isEqualTo(Duration.ofSeconds(12));
        assertThat(budget.take(Duration.ofSeconds(24).toNanos())).isZero();
        assertThat(new RequestRate.Budget(RequestRate.UNLIMITED, 0).take(0)).isZero();
    }

    private CdnApi cloudFront() {
        return new CloudFrontApi(
                cdn.uri(),
                "E2EXAMPLE",
                AwsSignature.of("cloudfront", "us-east-1", "AKIDEXAMPLE", "secret"),
                List.of(SITE));
    }

    private static ApiClient.Result send(CdnApi api, List<CdnPurge> batch) throws InterruptedException {
        try (ApiClient client = new ApiClient(api)) {
            return client.send(api.requests(batch).getFirst());
        }
    }

    private static String signature(Asked asked) {
        Matcher signature = Pattern.compile("Signature=([0-9a-f]{64})").matcher(asked.header("Authorization"));
        assertThat(signature.find()).isTrue();
        return signature.group(1);
    }

    /// By the description of Signature Version 4 in the AWS General Reference.
    private static String expectedSignature(Asked asked) throws Exception {
        String authorization = asked.header("Authorization");
        String names = authorization.replaceFirst(".*SignedHeaders=([^,]+),.*", "$1");
        assertThat(names).contains("host", "x-amz-date");
        StringBuilder headers = new StringBuilder();
        for (String name : names.split(";", -1)) {
            String field = Character.toUpperCase(name.charAt(0)) + name.substring(1);
            headers.append(name).append(':').append(asked.header(field)).append('\n');
        }
        String canonical = "POST\n" + asked.uri() + "\n\n" + headers + "\n" + names + "\n" + sha256(asked.body());
        String time = asked.header("X-amz-date");
        String scope = time.substring(0, 8) + "/us-east-1/cloudfront/aws4_request";
        assertThat(authorization).contains("Credential=AKIDEXAMPLE/" + scope);
        byte[] key = "AWS4secret".getBytes(StandardCharsets.UTF_8);
        for (String part : scope.split("/", -1)) {
            key = hmac(key, part);
        }
        String toSign = "AWS4-HMAC-SHA256\n" + time + "\n" + scope + "\n" + sha256(canonical);
        return HexFormat.of().formatHex(hmac(key, toSign));
    }

    private static String sha256(String text) throws Exception {
        return HexFormat.of()
                .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
    }

    private static byte[] hmac(byte[] key, String text) throws Exception {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(key, "HmacSHA256"));
        return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
    }
}
