package dev.aloft.store;

import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttribute;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.core.interceptor.SdkExecutionAttribute;

/// Notes of each request of the SDK's client how it ended. Safe for many threads.
final class Counting implements ExecutionInterceptor {

    private static final ExecutionAttribute<Long> BEGIN = new ExecutionAttribute<>("aloft-begin");

    private final StoreFigures figures;

    Counting(StoreFigures figures) {
        this.figures = figures;
    }

    @Override
    public void beforeExecution(Context.BeforeExecution context, ExecutionAttributes attributes) {
        attributes.putAttribute(BEGIN, System.nanoTime());
        figures.asked();
    }

    @Override
    public void afterExecution(Context.AfterExecution context, ExecutionAttributes attributes) {
        ended(attributes, 200);
    }

    @Override
    public void onExecutionFailure(Context.FailedExecution context, ExecutionAttributes attributes) {
        ended(attributes, context.exception() instanceof AwsServiceException answered ? answered.statusCode() : 0);
    }

    private void ended(ExecutionAttributes attributes, int status) {
        Long begin = attributes.getAttribute(BEGIN);
        if (begin != null) {
            String operation = attributes.getAttribute(SdkExecutionAttribute.OPERATION_NAME);
            figures.ended(operation, status, System.nanoTime() - begin);
        }
    }
}
