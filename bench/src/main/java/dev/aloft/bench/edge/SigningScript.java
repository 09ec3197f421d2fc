package dev.aloft.bench.edge;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.aloft.bench.Server;
import java.security.GeneralSecurityException;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.HexFormat;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// JavaScript for nginx that signs a GET for S3 (AWS Signature Version 4). The key of the day is made beforehand, so
/// that a request costs one digest and one HMAC.
final class SigningScript {

    private static final String REGION = "us-east-1";

    private SigningScript() {}

    /// @param port of S3 on this machine
    static String of(int port) {
        String day = LocalDate.now(ZoneOffset.UTC).toString().replace("-", "");
        String scope = day + "/" + REGION + "/s3/aws4_request";
        return """
                import crypto from 'crypto';

                const key = Buffer.from('%s', 'hex');

                function authorization(r) {
                    const at = new Date().toISOString().replace(/[:-]|\\.[0-9]+/g, '');
                    r.variables.signed_at = at;
                    const request = 'GET\\n/%s' + r.uri + '\\n\\nhost:127.0.0.1:%d\\n'
                        + 'x-amz-content-sha256:UNSIGNED-PAYLOAD\\nx-amz-date:' + at + '\\n\\n'
                        + 'host;x-amz-content-sha256;x-amz-date\\nUNSIGNED-PAYLOAD';
                    const text = 'AWS4-HMAC-SHA256\\n' + at + '\\n%s\\n'
                        + crypto.createHash('sha256').update(request).digest('hex');
                    return 'AWS4-HMAC-SHA256 Credential=%s/%s, '
                        + 'SignedHeaders=host;x-amz-content-sha256;x-amz-date, Signature='
                        + crypto.createHmac('sha256', key).update(text).digest('hex');
                }

                export default { authorization };
                """.formatted(
                        HexFormat.of().formatHex(keyOf(day)), Server.BUCKET, port, scope, Server.ACCESS_KEY, scope);
    }

    private static byte[] keyOf(String day) {
        byte[] key = ("AWS4" + Server.SECRET_KEY).getBytes(UTF_8);
        for (String part : List.of(day, REGION, "s3", "aws4_request")) {
            key = hmac(key, part);
        }
        return key;
    }

    private static byte[] hmac(byte[] key, String text) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            return mac.doFinal(text.getBytes(UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
