package dev.aloft.server.agent;

import dev.aloft.store.Provider;
import java.util.Optional;

/// List prices of an S3 provider in US dollars, without free allowances, discounts and data transfer.
///
/// @param name of the list
/// @param date year and month of the list
/// @param read 1,000 GET or HEAD
/// @param write 1,000 PUT, POST or copies
/// @param list 1,000 pages of listings
/// @param delete 1,000 deletions
/// @param storage 10⁹ bytes in a month
record S3Prices(String name, String date, double read, double write, double list, double delete, double storage) {

    private static final S3Prices AWS =
            new S3Prices("Amazon S3 Standard, us-east-1", "2026-11", 0.0004, 0.005, 0.005, 0, 0.023);
    private static final S3Prices R2 =
            new S3Prices("Cloudflare R2 Standard", "2026-11", 0.00036, 0.0045, 0.0045, 0, 0.015);

    /// The list of a provider; empty where there is none, such as for a server of one's own.
    static Optional<S3Prices> of(Provider provider) {
        return switch (provider) {
            case AWS -> Optional.of(AWS);
            case R2 -> Optional.of(R2);
            case CEPH, MINIO, EMBEDDED, SEAWEEDFS, VERSITYGW, GARAGE, OTHER -> Optional.empty();
        };
    }
}
