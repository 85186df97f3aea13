# LAB
