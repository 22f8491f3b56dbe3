// Double precision: gravity between five bodies, and products of matrices.
#include "bench.h"

#define BODIES 5
#define STEPS_PER_REP 40000
#define STEP 0.001
#define N 64
#define PRODUCTS_PER_REP 10

static struct body {
	double x[3], v[3], mass;
} bodies[BODIES];
static double a[N][N], b[N][N], c[N][N];

static double random_unit(void)
{
	return (double)(random64() >> 11) * 0x1p-53;
}

static void place_bodies(void)
{
	for (int i = 0; i < BODIES; i++) {
		for (int k = 0; k < 3; k++) {
			bodies[i].x[k] = 10 * i + random_unit();
			bodies[i].v[k] = random_unit() - 0.5;
		}
		bodies[i].mass = 1 + random_unit();
	}
}

static void attract(struct body *p, struct body *q)
{
	double d[3], square = 0.01, pull;

	for (int k = 0; k < 3; k++) {
		d[k] = p->x[k] - q->x[k];
		square += d[k] * d[k];
	}
	pull = STEP / (square * __builtin_sqrt(square));
	for (int k = 0; k < 3; k++) {
		p->v[k] -= d[k] * q->mass * pull;
		q->v[k] += d[k] * p->mass * pull;
	}
}

static void step(void)
{
	for (int i = 0; i < BODIES; i++)
		for (int j = i + 1; j < BODIES; j++)
			attract(&bodies[i], &bodies[j]);
	for (int i = 0; i < BODIES; i++)
		for (int k = 0; k < 3; k++)
			bodies[i].x[k] += STEP * bodies[i].v[k];
}

static void fill_matrices(void)
{
	for (int i = 0; i < N; i++) {
		for (int j = 0; j < N; j++) {
			a[i][j] = random_unit();
			b[i][j] = random_unit();
		}
	}
}

__attribute__((noinline)) static void multiply(void)
{
	for (int i = 0; i < N; i++) {
		for (int j = 0; j < N; j++) {
			double sum = 0;

			for (int k = 0; k < N; k++)
				sum += a[i][k] * b[k][j];
			c[i][j] = sum;
		}
	}
}

static u64 bits_of(double value)
{
	union { double value; u64 bits; } u = { value };

	return u.bits;
}

u64 main(void)
{
	u64 checksum = 0;

	place_bodies();
	for (u64 i = 0; i < reps * STEPS_PER_REP; i++)
		step();
	for (int i = 0; i < BODIES; i++)
		checksum = checksum * 31 + bits_of(bodies[i].x[0]);
	fill_matrices();
	for (u64 i = 0; i < reps * PRODUCTS_PER_REP; i++) {
		multiply();
		a[i % N][0] += c[0][i % N];
	}
	return checksum * 31 + bits_of(c[N - 1][N - 1]);
}
